import assert from "node:assert/strict";
import test from "node:test";
import { createOptimistic } from "../../../static/js/state/optimistic.js";

test("what was asked for stands until the server confirms it", () => {
	const optimistic = createOptimistic(() => 0);
	optimistic.add({ layers: [4, 2, 2] }, { layers: [4, 2] });
	assert.deepEqual(optimistic.applyTo({ layers: [4, 2], noise: 0 }), { layers: [4, 2, 2], noise: 0 });
	optimistic.add({ layers: [4, 2, 2, 2] }, { layers: [4, 2, 2] });
	assert.deepEqual(optimistic.applyTo({ layers: [4, 2, 2] }).layers, [4, 2, 2, 2], "the answer to the first is not the last");
	assert.deepEqual(optimistic.applyTo({ layers: [4, 2, 2, 2] }).layers, [4, 2, 2, 2]);
	assert.deepEqual(optimistic.applyTo({ layers: [1] }).layers, [1], "confirmed: from now on the server's word counts");
});

test("an answer to an earlier key sets nothing back, even where the value was the same before", () => {
	const optimistic = createOptimistic(() => 0);
	optimistic.add({ noise: 5 }, { noise: 0 });
	optimistic.add({ noise: 0 });
	const shown = [0, 5, 0, 10].map((noise) => optimistic.applyTo({ noise }).noise);
	assert.deepEqual(shown, [0, 0, 0, 10], "and after the last answer the server's word counts");
});

test("answers may come together", () => {
	const optimistic = createOptimistic(() => 0);
	for (const noise of [5, 10, 15]) optimistic.add({ noise }, { noise: 0 });
	assert.equal(optimistic.applyTo({ noise: 10 }).noise, 15);
	assert.equal(optimistic.applyTo({ noise: 15 }).noise, 15);
	assert.equal(optimistic.applyTo({ noise: 20 }).noise, 20);
});

test("what was asked for twice is confirmed once", () => {
	const optimistic = createOptimistic(() => 0);
	for (let i = 0; i < 2; i += 1) optimistic.add({ noise: 5 }, { noise: 0 });
	optimistic.add({ speed: 60 }, { speed: 60 });
	assert.deepEqual(optimistic.applyTo({ noise: 5, speed: 60 }), { noise: 5, speed: 60 });
	assert.deepEqual(optimistic.applyTo({ noise: 0, speed: 2 }), { noise: 0, speed: 2 });
});

test("a refusal or a long silence gives the server its word back", () => {
	let now = 0;
	const optimistic = createOptimistic(() => now);
	optimistic.add({ noise: 5 }, { noise: 0 });
	optimistic.clear();
	assert.equal(optimistic.applyTo({ noise: 0 }).noise, 0);
	optimistic.add({ noise: 5 }, { noise: 0 });
	now = 10_000;
	assert.equal(optimistic.applyTo({ noise: 0 }).noise, 0);
});

test("after a long silence the page is told, so that it shows the server's values", (context) => {
	context.mock.timers.enable({ apis: ["setTimeout"] });
	let told = 0;
	const optimistic = createOptimistic(() => 0, () => (told += 1));
	optimistic.add({ noise: 5 }, { noise: 0 });
	optimistic.applyTo({ noise: 5 });
	context.mock.timers.tick(10_000);
	assert.equal(told, 0, "it was confirmed");
	optimistic.add({ noise: 10 }, { noise: 5 });
	optimistic.applyTo({ noise: 7 });
	context.mock.timers.tick(10_000);
	assert.equal(told, 1);
});
