import assert from "node:assert/strict";
import test from "node:test";
import { drawPoints, sortDrawn } from "../../../static/js/views/points.js";

test("drawn points are told apart as the server last did, new ones train", () => {
  const drawn = [[0.1, 0.2, 1], [1, 2, -1], [3, 3, 1]];
  assert.deepEqual(sortDrawn(drawn, { test: Float32Array.of(0.1, 0.2, 1) }), { train: [1, 2, -1, 3, 3, 1], test: [0.1, 0.2, 1] });
  assert.deepEqual(sortDrawn(drawn, null).test, []);
});

test("points outside the plane are not drawn", () => {
  const calls = [];
  const context = /** @type {any} */ ({ beginPath() {}, arc: (...place) => calls.push(place.slice(0, 2)), fill() {} });
  drawPoints(context, [0, 0, 1, 7, 0, 1, -6, 6, 1], { size: 120, radius: 2, fill: () => "black" });
  assert.deepEqual(calls, [[60, 60], [0, 0]]);
});
