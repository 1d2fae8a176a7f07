import { test } from "node:test";
import assert from "node:assert/strict";
import { classNames } from "../../../static/js/inside/class-names.js";
import { metricTexts } from "../../../static/js/inside/quality.js";
import { positionOf, textsOf } from "../../../static/js/inside/wrong-points.js";
import { createPoller } from "../../../static/js/inside/poller.js";

const i18n = /** @type {any} */ ({
	number: (/** @type {number} */ value, /** @type {Intl.NumberFormatOptions} */ options) =>
		new Intl.NumberFormat("en", options).format(value),
});
const known = { points: 4, accuracy: 0.75, matrix: [[1, 1], [0, 2]], r_squared: null, rmse: null, wrong: 1, worst: [] };

test("two classes are called by their targets, several by their numbers", () => {
	assert.deepEqual(classNames(2, i18n), ["-1", "1"]);
	assert.deepEqual(classNames(4, i18n), ["0", "1", "2", "3"]);
});

test("classification tells the accuracy, regression R² and RMSE, and a dash for what is not finite", () => {
	assert.deepEqual(metricTexts(known, i18n), [["accuracy", "75.0%"]]);
	const regression = { ...known, accuracy: null, matrix: null, wrong: null, r_squared: 0.95432, rmse: 0.12345 };
	assert.deepEqual(metricTexts(regression, i18n), [["rSquared", "0.954"], ["rmse", "0.123"]]);
	assert.deepEqual(metricTexts({ ...regression, r_squared: null, rmse: null }, i18n), [["rSquared", "–"], ["rmse", "–"]]);
});

test("with a table's columns, errors, places and classes are those of the table", () => {
	const column = (/** @type {string} */ name, /** @type {number} */ offset, /** @type {number} */ factor) => ({ name, offset, factor });
	const x = { x1: column("year", 2000, 0.5), x2: column("month", 6, 1) };
	const sea = { ...x, target: column("temperature", 20, 0.2), classes: [] };
	const regression = { ...known, accuracy: null, matrix: null, wrong: null, r_squared: 0.5, rmse: 0.2 };
	assert.deepEqual(metricTexts(regression, i18n, sea)[1], ["rmse", "1.00"]);
	const point = { index: 0, target: 0.2, predicted: -0.2, output: -0.2, loss: 0.08 };
	const texts = textsOf({ x1: -2, x2: 1 }, point, { columns: sea, problem: "regression" }, i18n);
	assert.deepEqual([texts.x1, texts.x2, texts.target, texts.predicted], ["1,996", "7", "21", "19"]);
	const kinds = { ...x, target: null, classes: ["plum", "pear"] };
	assert.deepEqual(classNames(2, i18n, kinds), ["plum", "pear"]);
	for (const [problem, target, predicted] of /** @type {const} */ ([["classification", -1, 1], ["multiclass", 0, 1]])) {
		const told = textsOf({ x1: 0, x2: 0 }, { ...point, target, predicted }, { columns: kinds, problem }, i18n);
		assert.deepEqual([told.target, told.predicted], ["plum", "pear"]);
	}
});

test("a point has a place as long as the points are those that were measured", () => {
	const points = Float32Array.from([1, 2, -1, 3, 4, 0.1]);
	const told = (/** @type {number} */ index, /** @type {number} */ target) => ({ index, target, predicted: 1, output: 1, loss: 1 });
	assert.deepEqual(positionOf(told(0, -1), points), { x1: 1, x2: 2 });
	assert.deepEqual(positionOf(told(1, 0.1), points), { x1: 3, x2: 4 });
	assert.equal(positionOf(told(0, 1), points), null);
	assert.equal(positionOf(told(2, 1), points), null);
	assert.equal(positionOf(told(0, -1), null), null);
});

test("the server is asked once a frame, not before it has answered, and never while nothing is shown", (context) => {
	context.mock.timers.enable({ apis: ["setTimeout"] });
	let now = 0;
	context.mock.method(performance, "now", () => now);
	let asked = 0;
	const poller = createPoller(() => (asked += 1));
	const later = (/** @type {number} */ milliseconds) => {
		now += milliseconds;
		context.mock.timers.tick(milliseconds);
	};
	poller.request(1);
	assert.equal(asked, 0, "closed");
	poller.start();
	poller.request(1);
	poller.request(1);
	assert.equal(asked, 1);
	poller.request(2);
	later(1000);
	assert.equal(asked, 1, "the answer has not come");
	poller.receive();
	poller.request(3);
	assert.equal(asked, 2);
	poller.receive();
	poller.request(4);
	later(100);
	assert.equal(asked, 2, "too soon");
	later(400);
	assert.equal(asked, 3);
	poller.request(5);
	poller.stop();
	later(9000);
	assert.equal(asked, 3, "closed again");
});
