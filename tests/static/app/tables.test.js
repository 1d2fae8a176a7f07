import assert from "node:assert/strict";
import test from "node:test";
import { readTable } from "../../../static/js/app/tables.js";
import { Refusal } from "../../../static/js/net/rest.js";

const WISHES = { header: null, x1: null, x2: null, target: null, problem: null, skip_invalid: true };

test("a table is sent as it is, and tried again while the server is busy", async () => {
	/** @type {any[]} */
	const sent = [];
	const send = /** @type {any} */ (async (/** @type {string} */ method, /** @type {string} */ path, /** @type {any} */ options) => {
		sent.push([method, path, options]);
		if (sent.length < 3) throw new Refusal({ code: "too_many_requests", status: 429, after: 0.001 });
		return { json: async () => ({ points: 3 }) };
	});
	assert.deepEqual(await readTable("1,2,a", WISHES, "en", send), { points: 3 });
	assert.equal(sent.length, 3);
	assert.deepEqual(sent[0][2], { body: "1,2,a", type: "text/csv" });
});

test("what the server refuses for good is not tried again", async () => {
	let tries = 0;
	const send = /** @type {any} */ (async () => {
		tries += 1;
		throw new Refusal({ code: "too_large", status: 413 });
	});
	await assert.rejects(readTable("1", WISHES, "en", send), /too_large/);
	assert.equal(tries, 1);
});
