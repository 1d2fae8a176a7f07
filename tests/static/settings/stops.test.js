import assert from "node:assert/strict";
import test from "node:test";
import { stopsOf } from "../../../static/js/settings/stops.js";

const few = { minimum: 1, maximum: 30, step: 1 };

test("a slider stops at the offered values", () => {
	assert.deepEqual(stopsOf({ minimum: 0, maximum: 20, step: 5 }, 10), [0, 5, 10, 15, 20]);
	assert.deepEqual(stopsOf({ minimum: 2, maximum: 4 }, 2), [2, 3, 4]);
});

test("a value that is not offered is a stop of its own, so that no move starts elsewhere", () => {
	assert.deepEqual(stopsOf({ minimum: 0, maximum: 20, step: 5 }, 7), [0, 5, 7, 10, 15, 20]);
	assert.deepEqual(stopsOf({ minimum: 0, maximum: 20, step: 5 }, 80).at(-1), 80);
});

test("what counts points reaches all of them, through round numbers", () => {
	assert.deepEqual(stopsOf(few, 10, 250).slice(28), [29, 30, 40, 50, 75, 100, 150, 200, 250]);
	assert.deepEqual(stopsOf(few, 10, 31).slice(28), [29, 30, 31]);
	assert.deepEqual(stopsOf(few, 2, 3), [1, 2, 3]);
	assert.deepEqual(stopsOf(few, 10, 3), [1, 2, 3, 10]);
	assert.deepEqual(stopsOf(few, 300, 250).slice(-2), [250, 300]);
});

test("stops ascend, once each, whatever the number of points", () => {
	for (let points = 1; points < 1200; points += 7) {
		const stops = stopsOf(few, 10, points);
		assert.deepEqual(stops, [...new Set(stops)].sort((one, other) => one - other));
		assert.ok(stops.includes(points));
	}
});
