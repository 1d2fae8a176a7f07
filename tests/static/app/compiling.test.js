import { test } from "node:test";
import assert from "node:assert/strict";
import { compilingMessage } from "../../../static/js/app/compiling.js";

test("after two seconds of training without kernels that is said, and taken back once they are there", async () => {
	let now = 0;
	/** @type {string[]} */
	const told = [];
	const messages = { show: (/** @type {string} */ kind) => told.push(kind), remove: () => told.push("gone") };
	const i18n = { complete: async () => {}, t: (/** @type {string} */ key) => key };
	const tell = compilingMessage(/** @type {any} */ (messages), /** @type {any} */ (i18n), () => now);
	const frame = async (compiling = true, playing = true) => {
		tell({ compiling, playing });
		await Promise.resolve();
		await Promise.resolve();
	};
	await frame(true, false);
	now = 5000;
	await frame();
	now = 6999;
	await frame();
	assert.deepEqual(told, []);
	now = 7000;
	await frame();
	now = 9000;
	await frame();
	assert.deepEqual(told, ["compiling"]);
	await frame(false);
	await frame(false);
	assert.deepEqual(told, ["compiling", "gone"]);
});
