import assert from "node:assert/strict";
import test from "node:test";
import { isEmpty, pixelsOf } from "../../../static/js/images/ink.js";
import { IMAGE_SIDE, MAX_INK } from "../../../static/js/settings/images.js";
import { createRandom } from "../support/random.js";

const SEVEN = [[[0.2, 0.2], [0.8, 0.2], [0.45, 0.9]]];
const total = (/** @type {number[]} */ pixels) => pixels.reduce((sum, each) => sum + each, 0);
const row = (/** @type {number[]} */ pixels, /** @type {number} */ at) => total(pixels.slice(at * IMAGE_SIDE, (at + 1) * IMAGE_SIDE));
const column = (/** @type {number[]} */ pixels, /** @type {number} */ at) => total(pixels.filter((_, index) => index % IMAGE_SIDE === at));

test("a drawing fills the picture from top to bottom, with as much ink as the dataset's digits", () => {
	const pixels = pixelsOf(SEVEN);
	assert.equal(pixels.length, IMAGE_SIDE * IMAGE_SIDE);
	assert.ok(pixels.every((each) => Number.isInteger(each) && each >= 0 && each <= MAX_INK));
	assert.ok(row(pixels, 0) > 20 && row(pixels, 7) > 5);
	assert.ok(Math.abs(total(pixels) - 312) < 40, `${total(pixels)}`);
	assert.ok(column(pixels, 0) < 8, "there is paper at the sides");
});

test("where and how large a digit is drawn does not matter", () => {
	const random = createRandom(11);
	const wanted = pixelsOf(SEVEN);
	for (let round = 0; round < 20; round += 1) {
		const [size, x, y] = [0.1 + 3 * random.next(), random.next(), random.next()];
		const moved = SEVEN.map((stroke) => stroke.map(([a, b]) => [x + size * a, y + size * b]));
		const found = pixelsOf(moved);
		assert.ok(found.every((each, at) => Math.abs(each - wanted[at]) <= 2), "but for rounding");
	}
});

test("a one is a bold line in the middle, and a dash stays flat", () => {
	const one = pixelsOf([[[0.5, 0.1], [0.5, 0.9]]]);
	assert.ok(column(one, 3) + column(one, 4) > 0.7 * total(one));
	const dash = pixelsOf([[[0.1, 0.5], [0.9, 0.52]]]);
	assert.ok(row(dash, 0) === 0 && row(dash, 7) === 0);
	assert.ok(row(dash, 3) + row(dash, 4) > 0.5 * total(dash));
});

test("a dot has ink, and nothing has none", () => {
	assert.ok(!isEmpty(pixelsOf([[[0.4, 0.4]]])));
	for (const nothing of [[], [[]]]) assert.ok(isEmpty(pixelsOf(nothing)));
});

test("any scribble gives a picture, however long", () => {
	const random = createRandom(5);
	for (let round = 0; round < 10; round += 1) {
		const strokes = Array.from(
			{ length: 1 + random.below(4) },
			() => Array.from({ length: 1 + random.below(900) }, () => [random.next(), random.next()]),
		);
		const pixels = pixelsOf(strokes);
		assert.ok(pixels.every((each) => each >= 0 && each <= MAX_INK) && !isEmpty(pixels));
	}
});
