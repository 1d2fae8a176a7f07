import assert from "node:assert/strict";
import test from "node:test";

import { createMeasure, dashes, paintStroke } from "../../../static/js/views/link-strokes.js";

const [WIDTH, HEIGHT] = [60, 40];
const WHITE = 0xffffffff;
const BLUE = 0xffbd7708;
const WHOLE = new Uint16Array(256).fill(256); // no gaps
const level = { from: { x: 5, y: 20 }, to: { x: 55, y: 20 } };

/** Red of each pixel in a column, from the top. @param {Uint32Array} pixels @param {number} x */
const column = (pixels, x) => Array.from({ length: HEIGHT }, (_, y) => pixels[y * WIDTH + x] & 0xff);

/** @param {any} link @param {number} width @param {Uint16Array} [dash] */
function paint(link, width, dash = WHOLE) {
	const pixels = new Uint32Array(WIDTH * HEIGHT).fill(WHITE);
	const stroke = createMeasure(WIDTH, HEIGHT, 1)(link, width / 2 + 0.5);
	paintStroke(pixels, stroke, width, BLUE, dash);
	return pixels;
}

test("a level link is as wide as asked, and ends at its ends", () => {
	const pixels = paint(level, 4);
	assert.deepEqual(column(pixels, 30).slice(17, 23), [255, 8, 8, 8, 8, 255]);
	assert.ok(column(pixels, 4).every((red) => red === 255));
	assert.ok(column(pixels, 56).every((red) => red === 255));
});

test("a link covers as much of the board as its length times its width", () => {
	for (const width of [0.75, 1.5, 3, 8]) {
		const reds = [...paint(level, width)].map((pixel) => 255 - (pixel & 0xff));
		const covered = reds.reduce((sum, each) => sum + each, 0) / (255 - 8);
		assert.ok(Math.abs(covered / (50 * width) - 1) < 0.13, `${width}: ${covered}`);
	}
});

test("a link goes from node to node, and level at both", () => {
	const pixels = paint({ from: { x: 5, y: 8 }, to: { x: 55, y: 32 } }, 3);
	for (const [x, y] of [[6, 8], [30, 20], [53, 32]]) assert.ok(column(pixels, x)[y] < 90, `${x}`);
});

test("a measured link can be drawn thinner, and measuring leaves nothing behind", () => {
	const measure = createMeasure(WIDTH, HEIGHT, 1);
	const wide = measure(/** @type {any} */ (level), 5);
	const again = measure(/** @type {any} */ (level), 5);
	assert.deepEqual(again, wide);
	const pixels = new Uint32Array(WIDTH * HEIGHT).fill(WHITE);
	paintStroke(pixels, wide, 2, BLUE, WHOLE);
	assert.deepEqual(pixels, paint(level, 2));
});

test("what lies beyond the board is left out", () => {
	const { at } = createMeasure(WIDTH, HEIGHT, 1)(/** @type {any} */ ({ from: { x: -20, y: -5 }, to: { x: 90, y: 60 } }), 6);
	assert.ok(at.length > 0 && at.every((each) => each < WIDTH * HEIGHT));
});

test("dashes are nine pixels with gaps of two, and move with the flow", () => {
	const still = dashes(0, 1);
	assert.ok(Math.abs(still.reduce((sum, each) => sum + each, 0) / 256 / 256 - 9 / 11) < 0.01);
	assert.equal(still[Math.round((4.5 / 11) * 256)], 256);
	assert.equal(still[Math.round((10 / 11) * 256)], 0);
	const moved = dashes(5.5, 1);
	assert.deepEqual([...moved.slice(128), ...moved.slice(0, 128)], [...still]);
	const row = Array.from(paint(level, 4, still).subarray(20 * WIDTH + 5, 20 * WIDTH + 27), (pixel) => (pixel & 0xff) < 130);
	assert.deepEqual(row, [0, 11].flatMap(() => [...Array(9).fill(true), false, false]));
});

test("on a sharper screen the same link has the same look in more pixels", () => {
	const [plain, sharp] = [1, 2].map((ratio) => createMeasure(WIDTH * ratio, HEIGHT * ratio, ratio)(/** @type {any} */ (level), 2 * ratio));
	assert.ok(Math.abs(sharp.at.length / plain.at.length - 4) < 0.5);
	assert.ok(Math.abs(Math.max(...sharp.phase) - Math.max(...plain.phase)) < 12);
});
