import assert from "node:assert/strict";
import test from "node:test";
import { drawMore, readTable } from "../../../static/js/app/tables.js";
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

test("points like those that are there are drawn by the server, which may ask for patience", async () => {
	const order = { config: { problem: "classification", classes: 3, points: [[1, 1, 1]] }, count: 2, width: null, seed: 1 };
	/** @type {unknown[]} */
	const sent = [];
	const send = async (/** @type {string} */ _method, /** @type {string} */ path, /** @type {any} */ { body }) => {
		sent.push([path, body]);
		if (sent.length === 1) throw new Refusal({ code: "too_many_requests", status: 429, after: 0.001 });
		return { json: async () => ({ points: [[0, 0, 1]] }) };
	};
	assert.deepEqual(await drawMore(order, /** @type {any} */ (send)), [[0, 0, 1]]);
	assert.deepEqual(sent, [["api/own-data/samples", order], ["api/own-data/samples", order]]);
});
