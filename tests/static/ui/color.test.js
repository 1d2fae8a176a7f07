import assert from "node:assert/strict";
import test from "node:test";
import { createClassColors, createColorMap, luminance } from "../../../static/js/ui/color.js";

const bytes = (/** @type {number} */ pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24];

test("the ends and the middle are exactly the known colours", () => {
	const { css } = createColorMap("light");
	assert.equal(css(-1), "rgb(245, 147, 34)");
	assert.equal(css(0), "rgb(232, 234, 235)");
	assert.equal(css(1), "rgb(8, 119, 189)");
});

test("on dark only the middle is darker", () => {
	const [light, dark] = [createColorMap("light"), createColorMap("dark")];
	assert.equal(dark.css(-1), light.css(-1));
	assert.equal(dark.css(1), light.css(1));
	assert.notEqual(dark.css(0), light.css(0));
});

test("numbers beyond the ends are clipped, and what is no number is grey", () => {
	const { css } = createColorMap("light");
	assert.equal(css(-7), css(-1));
	assert.equal(css(Infinity), css(1));
	assert.equal(css(NaN), css(0));
});

test("the table holds opaque pixels in the order of ImageData", () => {
	const { table } = createColorMap("light");
	assert.equal(table.length, 256);
	assert.deepEqual(bytes(table[1]), [245, 147, 34, 255]); // -127
	assert.deepEqual(bytes(table[0]), [245, 147, 34, 255]); // -128, which no server sends
	assert.deepEqual(bytes(table[128]), [232, 234, 235, 255]);
	assert.deepEqual(bytes(table[255]), [8, 119, 189, 255]);
});

test("the table and the colour of a number agree", () => {
	for (const theme of /** @type {const} */ (["light", "dark"])) {
		const { table, css } = createColorMap(theme);
		for (let value = -127; value < 128; value += 1) {
			const [red, green, blue] = bytes(table[value + 128]);
			assert.equal(css(value / 127), `rgb(${red}, ${green}, ${blue})`);
		}
	}
});

test("each channel goes one way from the middle to an end", () => {
	const { table } = createColorMap("light");
	for (let i = 130; i < 256; i += 1) assert.ok(bytes(table[i])[0] <= bytes(table[i - 1])[0], `${i}`);
});

test("painting fills an image from signed bytes", () => {
	const { paint, table } = createColorMap("light");
	const image = { data: new Uint8ClampedArray(16) };
	paint(Int8Array.of(-127, 0, 64, 127), image);
	assert.deepEqual([...new Uint32Array(image.data.buffer)], [1, 128, 192, 255].map((index) => table[index]));
});

test("discretized there are two colours, by sign", () => {
	const { paint, css } = createColorMap("light");
	const image = { data: new Uint8ClampedArray(16) };
	paint(Int8Array.of(-100, -1, 1, 100), image, true);
	const colours = [0, 4, 8, 12].map((at) => `rgb(${[...image.data.subarray(at, at + 3)].join(", ")})`);
	assert.deepEqual(colours, [css(-1), css(-1), css(1), css(1)]);
});

test("values of a weak picture are painted as what they stand for", () => {
	const map = createColorMap("light");
	const [weak, plain] = [1, 1].map(() => ({ data: new Uint8ClampedArray(12) }));
	map.paint(Int8Array.of(-127, 0, 127), weak, false, 0.5);
	map.paint(Int8Array.of(-63, 0, 64), plain);
	assert.deepEqual(weak.data, plain.data);
});

test("the classes are Okabe and Ito's eight, and black is light on dark", () => {
	const okabeIto = ["#e69f00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#000000"];
	const hex = (/** @type {string} */ css) =>
		`#${(css.match(/\d+/g) ?? []).map((each) => Number(each).toString(16).padStart(2, "0")).join("")}`;
	const [light, dark] = [createClassColors("light"), createClassColors("dark")];
	assert.deepEqual(okabeIto.map((_, index) => hex(light.css(index))), okabeIto);
	assert.deepEqual(okabeIto.slice(0, 7).map((_, index) => hex(dark.css(index))), okabeIto.slice(0, 7));
	assert.ok(Number.parseInt(hex(dark.css(7)).slice(1, 3), 16) > 200);
});

test("what is written on a class's colour can be read", () => {
	const numbers = (/** @type {string} */ css) => /** @type {[number, number, number]} */ ((css.match(/\d+/g) ?? []).map(Number));
	for (const theme of /** @type {const} */ (["light", "dark"])) {
		const colours = createClassColors(theme);
		for (let each = 0; each < 8; each += 1) {
			const [one, other] = [luminance(numbers(colours.css(each))), colours.ink(each) === "#ffffff" ? 1 : 0.007];
			assert.ok((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) >= 4.5, `${theme} ${each}`);
		}
	}
});

test("a winner is near the background's grey where it is unsure, and its softened colour where it is sure", () => {
	const colours = createClassColors("light");
	const image = { data: new Uint8ClampedArray(16) };
	colours.paint(Uint8Array.of(1 << 5, (1 << 5) | 31, (2 << 5) | 31, 1 << 5), image);
	const [unsure, sure, other] = [0, 4, 8].map((at) => [...image.data.subarray(at, at + 3)]);
	const far = (/** @type {number[]} */ a, /** @type {number[]} */ b) => Math.hypot(...a.map((each, index) => each - b[index]));
	const [grey, full] = [[232, 234, 235], [0, 0x72, 0xb2]];
	assert.ok(far(unsure, grey) < 25 && far(unsure, grey) > 0);
	assert.ok(far(sure, full) < 110 && far(sure, full) > 20);
	assert.ok(far(sure, other) > 40);
	const flat = { data: new Uint8ClampedArray(16) };
	colours.paint(Uint8Array.of(1 << 5, (1 << 5) | 31, (2 << 5) | 31, 1 << 5), flat, true);
	assert.deepEqual([...flat.data.subarray(0, 3)], sure);
});

test("a class's own map runs from the background to its colour", () => {
	const map = createClassColors("dark").map(2);
	assert.equal(map.css(-1), createColorMap("dark").css(0));
	const image = { data: new Uint8ClampedArray(8) };
	map.paint(Int8Array.of(-127, 127), image);
	assert.equal(`rgb(${[...image.data.subarray(4, 7)].join(", ")})`, map.css(1));
});
