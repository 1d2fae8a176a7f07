import assert from "node:assert/strict";
import test from "node:test";
import { MAX_POINTS } from "../../../static/js/settings/limits.js";
import { addPoint, erasePoints, isFar, problemOf, removeNearest, sprayPoints, targetsOf } from "../../../static/js/views/strokes.js";
import { createRandom } from "../support/random.js";

const POINTS = [[0, 0, 1], [3, 3, -1]];

test("a point is added where it was put, within the plane and to two decimals", () => {
	assert.deepEqual(addPoint(POINTS, { x1: 1.2345, x2: -8 }, 1), [...POINTS, [1.23, -6, 1]]);
	assert.equal(addPoint(POINTS, { x1: 0.001, x2: -0.001 }, 1), POINTS, "it is there already");
	assert.equal(addPoint(POINTS, { x1: 0, x2: 0 }, -1).length, 3);
	const full = Array.from({ length: MAX_POINTS }, (_, index) => [index / 1000, 0, 1]);
	assert.equal(addPoint(full, { x1: 5, x2: 5 }, 1), full);
});

test("the points of a stroke keep a distance", () => {
	assert.ok(isFar(null, { x1: 0, x2: 0 }));
	assert.ok(!isFar({ x1: 0, x2: 0 }, { x1: 0.2, x2: 0.2 }));
	assert.ok(isFar({ x1: 0, x2: 0 }, { x1: 0.4, x2: 0.4 }));
	assert.ok(!isFar({ x1: 0, x2: 0 }, { x1: 0.4, x2: 0.4 }, 0.8));
});

test("the eraser takes what it touches, a key the nearest", () => {
	assert.deepEqual(erasePoints(POINTS, { x1: 0.2, x2: 0.2 }), [POINTS[1]]);
	assert.equal(erasePoints(POINTS, { x1: 1, x2: 1 }), POINTS);
	assert.deepEqual(removeNearest(POINTS, { x1: 2, x2: 2 }), [POINTS[0]]);
	assert.deepEqual(removeNearest([], { x1: 2, x2: 2 }), []);
});

test("the targets follow the problem", () => {
	assert.deepEqual(targetsOf({ problem: "classification", classes: 3 }), [-1, 1]);
	assert.deepEqual(targetsOf({ problem: "multiclass", classes: 4 }), [0, 1, 2, 3]);
	assert.deepEqual(targetsOf({ problem: "regression", classes: 3 }), [-1, -0.5, 0, 0.5, 1]);
});

test("as many points are sprayed as were chosen, around the place and within the plane", () => {
	const random = createRandom(7).next;
	/** @type {number[][]} */
	let points = [];
	for (let count = 0; count < 200; count += 1) points = sprayPoints(points, { x1: 2, x2: -1 }, 1, { spread: 0.9, amount: 4 }, random);
	const mean = (/** @type {number} */ at) => points.reduce((sum, each) => sum + each[at], 0) / points.length;
	const deviation = Math.sqrt(points.reduce((sum, each) => sum + (each[0] - mean(0)) ** 2, 0) / points.length);
	assert.ok(points.length === 800 && points.every(([, , target]) => target === 1));
	assert.ok(Math.abs(mean(0) - 2) < 0.15 && Math.abs(mean(1) + 1) < 0.15 && Math.abs(deviation - 0.9) < 0.1);
	points = sprayPoints([], { x1: 6, x2: 6 }, 1, { spread: 1.6, amount: 30 }, random);
	assert.equal(points.length, 30, "in a corner too");
	assert.ok(points.every(([x1, x2]) => Math.abs(x1) <= 6 && Math.abs(x2) <= 6));
	for (let count = 0; count < 100; count += 1) points = sprayPoints(points, { x1: 0, x2: 0 }, 1, { spread: 1.6, amount: 30 }, random);
	assert.equal(points.length, MAX_POINTS);
});

test("points that nothing can be learned from are told apart", () => {
	const two = { problem: "classification" };
	assert.equal(problemOf([], two), "least");
	assert.equal(problemOf([[0, 0, 1]], two), "least");
	assert.equal(problemOf([[0, 0, 1], [0, 0, -1]], two), "oneSpot");
	assert.equal(problemOf([[0, 0, 1], [1, 0, 1]], two), "oneClass");
	assert.equal(problemOf([[0, 0, 1], [1, 0, 1]], { problem: "regression" }), null);
	assert.equal(problemOf([[0, 0, 1], [1, 0, -1]], two), null);
});
