import assert from "node:assert/strict";
import test from "node:test";
import { clampToPlane, drawPoints, pixelsOf, placeAt, sortDrawn } from "../../../static/js/views/points.js";

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

test("the plane fills the square, with x2 upwards", () => {
	assert.deepEqual(pixelsOf(-6, 6, 300), [0, 0]);
	assert.deepEqual(pixelsOf(6, -6, 300), [300, 300]);
	assert.deepEqual(placeAt(150, 75, 300), { x1: 0, x2: 3 });
});

test("pixels and places are each other's inverse", () => {
	const [x, y] = pixelsOf(1.5, -4.5, 240);
	assert.deepEqual(placeAt(x, y, 240), { x1: 1.5, x2: -4.5 });
});

test("places beyond the edge move to the edge", () => {
	assert.deepEqual(placeAt(-20, 500, 300), { x1: -6, x2: -6 });
	assert.deepEqual(clampToPlane({ x1: 6.25, x2: 1 }), { x1: 6, x2: 1 });
});
