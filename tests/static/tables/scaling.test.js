import assert from "node:assert/strict";
import test from "node:test";
import { fromPlane, toPlane } from "../../../static/js/settings/columns.js";
import { rangeOf, ticksOf } from "../../../static/js/tables/scaling.js";
import { createRandom } from "../support/random.js";

const LENGTH = { name: "length", offset: 3.8, factor: 1.7 };

test("a value that is scaled comes back", () => {
	const random = createRandom(3).next;
	for (let count = 0; count < 100; count += 1) {
		const column = { name: "a", offset: random() * 1e3 - 500, factor: 10 ** (random() * 6 - 3) };
		const value = random() * 100;
		assert.ok(Math.abs(toPlane(column, fromPlane(column, value)) - value) < 1e-6);
	}
});

test("the numbers on an axis are round, within the plane and in the column's unit", () => {
	assert.deepEqual(ticksOf(LENGTH, 6, 4).map(({ value }) => value), [2, 4, 6]);
	assert.deepEqual(ticksOf({ name: "a", offset: 0, factor: 1 }, 6, 6).map(({ at }) => at), [-6, -4, -2, 0, 2, 4, 6]);
	const random = createRandom(5).next;
	for (let count = 0; count < 200; count += 1) {
		const column = { name: "a", offset: 0, factor: 10 ** (random() * 12 - 6) };
		column.offset = ((random() - 0.5) * 1e3) / column.factor;
		const ticks = ticksOf(column, 6, 5);
		assert.ok(ticks.length >= 2 && ticks.length < 12, JSON.stringify(column));
		for (const { value, at } of ticks) {
			assert.ok(Math.abs(at) <= 6.0001);
			assert.ok(Math.abs(fromPlane(column, at) - value) <= 1e-6 * Math.max(1, Math.abs(value)));
		}
	}
	assert.deepEqual(ticksOf({ name: "a", offset: 1e100, factor: 1e100 }, 6), []);
});

test("the range of a column is that of its points", () => {
	const { low, high } = rangeOf(LENGTH, [[-1.7, 0, 1], [3.4, 0, 1]], 0);
	assert.deepEqual([low, high], [2.8, 5.8]);
	const column = { name: "a", offset: 1.95, factor: 2.564 };
	assert.deepEqual(rangeOf(column, [[-4.9998, 0, 1], [4.9998, 0, 1]], 0), { low: 0, high: 3.9 }, "without traces of the scaling");
	assert.deepEqual(rangeOf(column, [[0, 0, 1], [0, 0, 1]], 0), { low: 1.95, high: 1.95 });
});
