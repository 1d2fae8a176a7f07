import assert from "node:assert/strict";
import test from "node:test";
import { createColorMap } from "../../static/js/color.js";

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
