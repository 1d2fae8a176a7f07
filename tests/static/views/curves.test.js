import assert from "node:assert/strict";
import test from "node:test";
import { lossScale, nearestPoint, trainingSeries } from "../../../static/js/views/curves.js";

const points = [0, 10, 20, 30].map((epoch) => ({ epoch, train: 1 / (epoch + 1), test: 2 / (epoch + 1) }));
const withFrame = (/** @type {object | null} */ frame) => /** @type {any} */ ({ history: { points }, frame });

test("the newest losses are appended to the history unless it has them", () => {
	const newest = { epoch: 35, trainLoss: 0.3, testLoss: 0.4 };
	assert.deepEqual(trainingSeries(withFrame(newest)), [...points, { epoch: 35, train: 0.3, test: 0.4 }]);
	assert.equal(trainingSeries(withFrame({ ...newest, epoch: 30 })), points);
	assert.equal(trainingSeries(withFrame({ ...newest, trainLoss: NaN })), points);
	assert.equal(trainingSeries(withFrame(null)), points);
});

test("the first losses are shown without a history", () => {
	const frame = { epoch: 0, trainLoss: 0.5, testLoss: 0.6 };
	assert.deepEqual(trainingSeries(/** @type {any} */ ({ history: { points: [] }, frame })), [{ epoch: 0, train: 0.5, test: 0.6 }]);
});

test("the nearest point is found by its epoch", () => {
	for (const [epoch, expected] of [[-5, 0], [4, 0], [6, 10], [20, 20], [24, 20], [26, 30], [99, 30]]) {
		assert.equal(nearestPoint(points, epoch).epoch, expected);
	}
	assert.equal(nearestPoint(points.slice(0, 1), 7).epoch, 0);
});

test("a linear scale starts at zero and has room above the largest loss", () => {
	const y = lossScale(points, false, [100, 0]);
	assert.equal(y(0), 100);
	assert.ok(y(2) > 0 && y(2) < 10);
});

test("a logarithmic scale keeps a loss of zero in the picture", () => {
	const y = lossScale([...points, { epoch: 40, train: 0, test: 0 }], true, [100, 0]);
	assert.ok(y(0) <= 100.001);
	assert.ok(y(2) >= 0);
	assert.ok(y(0.1) > y(1));
});

test("there is a scale before the first losses", () => {
	for (const logarithmic of [false, true]) assert.ok(lossScale([], logarithmic, [100, 0]).ticks(3).length > 0);
});
