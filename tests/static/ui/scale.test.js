import assert from "node:assert/strict";
import test from "node:test";
import { linearScale, logScale } from "../../../static/js/ui/scale.js";

test("a linear scale maps a domain to a range and back", () => {
	const scale = linearScale([0, 10], [100, 0]);
	assert.equal(scale(0), 100);
	assert.equal(scale(10), 0);
	assert.equal(scale(2.5), 75);
	assert.equal(scale.invert(75), 2.5);
});

test("a domain without width maps to the middle of the range", () => {
	const scale = linearScale([3, 3], [0, 10]);
	assert.equal(scale(3), 5);
	assert.deepEqual(scale.ticks(), [3]);
});

test("linear ticks are round numbers, exact, inside the domain", () => {
	assert.deepEqual(linearScale([0, 0.53], [0, 1]).ticks(3), [0, 0.2, 0.4]);
	assert.deepEqual(linearScale([0, 0.3], [0, 1]).ticks(3), [0, 0.1, 0.2, 0.3]);
	assert.deepEqual(linearScale([-6, 6], [0, 1]).ticks(7), [-6, -4, -2, 0, 2, 4, 6]);
	assert.deepEqual(linearScale([0, 123_456], [0, 1]).ticks(3), [0, 50_000, 100_000]);
	assert.deepEqual(linearScale([10, 0], [0, 1]).ticks(2), [0, 5, 10]);
});

test("about as many ticks come as were asked for", () => {
	for (let high = 1e-6; high < 1e7; high *= 1.37) {
		const ticks = linearScale([0, high], [0, 1]).ticks(5);
		assert.ok(ticks.length >= 3 && ticks.length <= 6, `${high}: ${ticks}`);
	}
});

test("a logarithmic scale maps powers of ten evenly and back", () => {
	const scale = logScale([0.001, 1], [30, 0]);
	assert.ok(Math.abs(scale(0.1) - 10) < 1e-12);
	assert.ok(Math.abs(scale.invert(20) - 0.01) < 1e-15);
});

test("logarithmic ticks are 1-2-5, or fewer where the domain is wide", () => {
	assert.deepEqual(logScale([0.01, 0.6], [0, 1]).ticks(6), [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]);
	assert.deepEqual(logScale([0.01, 0.6], [0, 1]).ticks(4), [0.01, 0.03, 0.1, 0.3]);
	assert.deepEqual(logScale([1e-4, 0.5], [0, 1]).ticks(4), [1e-4, 1e-3, 0.01, 0.1]);
	for (const exponent of logScale([1e-12, 1], [0, 1]).ticks(4).map(Math.log10)) assert.ok(Number.isInteger(exponent));
	assert.ok(logScale([1e-12, 1], [0, 1]).ticks(4).length <= 4);
});

test("a narrow logarithmic domain still has two ticks or more", () => {
	for (const [low, high] of [[0.31, 0.34], [0.2, 0.5], [0.6, 0.9], [11, 12]]) {
		const ticks = logScale([low, high], [0, 1]).ticks(4);
		assert.ok(ticks.length >= 2, `${low} to ${high}: ${ticks}`);
		assert.ok(ticks.every((tick) => tick >= low * 0.999 && tick <= high * 1.001));
	}
});

test("a logarithm of nothing is refused, with the value", () => {
	assert.throws(() => logScale([0, 1], [0, 1]), /above zero, not 0 and 1/);
	assert.throws(() => logScale([NaN, 1], [0, 1]), RangeError);
});
