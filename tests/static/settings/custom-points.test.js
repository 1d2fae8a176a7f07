import assert from "node:assert/strict";
import test from "node:test";
import { MIN_POINTS } from "../../../static/js/settings/limits.js";
import { isValidTarget, startPoints, withPoints } from "../../../static/js/settings/custom-points.js";

const CASES = /** @type {[string, number][]} */ ([["classification", 3], ["regression", 3], ["multiclass", 2], ["multiclass", 8]]);
const present = (/** @type {object} */ changes) => ({ problem: "classification", dataset: "circle", classes: 3, points: [], ...changes });

test("the first points suit their problem, lie within the plane and are the same each time", () => {
	for (const [problem, classes] of CASES) {
		const points = startPoints(problem, classes);
		assert.ok(points.length >= MIN_POINTS);
		assert.ok(points.every(([x1, x2, target]) => Math.abs(x1) <= 6 && Math.abs(x2) <= 6 && isValidTarget(target, problem, classes)));
		assert.deepEqual(startPoints(problem, classes), points);
		if (problem === "multiclass") assert.equal(new Set(points.map(([, , target]) => target)).size, classes);
	}
});

test("what a target can be follows the problem", () => {
	assert.ok(isValidTarget(-1, "classification", 3) && !isValidTarget(0, "classification", 3));
	assert.ok(
		isValidTarget(2, "multiclass", 3) && !isValidTarget(3, "multiclass", 3) && !isValidTarget(0.5, "multiclass", 3) &&
			!isValidTarget(-1, "multiclass", 3),
	);
	assert.ok(isValidTarget(-2.5, "regression", 3) && !isValidTarget(NaN, "regression", 3) && !isValidTarget(2000, "regression", 3));
});

test("choosing own points for the first time brings some", () => {
	assert.deepEqual(withPoints({ dataset: "own" }, present({})), { dataset: "own", points: startPoints("classification", 3) });
});

test("points that suit stay", () => {
	const points = [[0, 0, 1], [1, 1, -1]];
	assert.deepEqual(withPoints({ dataset: "own" }, present({ points })), { dataset: "own" });
	assert.deepEqual(withPoints({ points }, present({ dataset: "own" })), { points });
});

test("another problem begins anew, fewer classes keep what is left", () => {
	const points = [[0, 0, 1], [1, 1, 1], [2, 2, 2]];
	const several = present({ problem: "multiclass", dataset: "own", points });
	assert.deepEqual(withPoints({ classes: 2 }, several).points, points.slice(0, 2));
	assert.deepEqual(withPoints({ classes: 4 }, several), { classes: 4 });
	assert.deepEqual(withPoints({ problem: "classification", dataset: "own" }, several).points, startPoints("classification", 3));
	assert.deepEqual(withPoints({ classes: 2 }, { ...several, points: points.slice(1) }).points, startPoints("multiclass", 2));
	assert.deepEqual(withPoints({ dataset: "blobs" }, several), { dataset: "blobs" });
	assert.deepEqual(withPoints({ problem: "regression" }, several), { problem: "regression" });
});
