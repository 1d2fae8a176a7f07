import { test } from "node:test";
import assert from "node:assert/strict";
import { barOf, brief } from "../../../static/js/inside/numbers.js";
import { pathOf, rangeOf, sample, slopeOf } from "../../../static/js/inside/layer-curves.js";
import { numbersOf, reasonKey, remedyOf } from "../../../static/js/inside/explanations.js";
import { relativeUpdate } from "../../../static/js/inside/layer-table.js";

const i18n = /** @type {any} */ ({
	number: (/** @type {number} */ value, /** @type {Intl.NumberFormatOptions} */ options) =>
		new Intl.NumberFormat("en", options).format(value),
	t: (/** @type {string} */ key, /** @type {object} */ values) => `${key} ${JSON.stringify(values)}`,
});

test("numbers of any size have two digits that count, small and large ones as powers of ten", () => {
	assert.deepEqual([9.99e-4, -9.96e-11].map((value) => brief(value, i18n)), ["1×10⁻³", "−1×10⁻¹⁰"]); // not 10×10⁻⁴
	const texts = [0, 0.5, -0.25, 1234, 0.0012, 0.00012, 3e-7, -4.56e-12, 98765, Infinity].map((value) => brief(value, i18n));
	assert.deepEqual(texts.slice(0, -1), ["0", "0.5", "−0.25", "1,200", "0.0012", "1.2×10⁻⁴", "3×10⁻⁷", "−4.6×10⁻¹²", "9.9×10⁴"]);
});

test("bars are logarithmic, from 1e-8 to 1", () => {
	assert.deepEqual([0, 1e-9, 1e-8, 1e-4, 1, 7].map(barOf), [0, 0, 0, 0.5, 1, 1]);
});

test("a curve shows the range of the data with 0 in it", () => {
	assert.deepEqual(rangeOf({ low: 1, high: 9, counts: [] }), [0, 9]);
	assert.deepEqual(rangeOf({ low: -8, high: -2, counts: [] }), [-8, 0]);
	assert.deepEqual(rangeOf({ low: -0.5, high: 0.5, counts: [] }), [-2, 2]);
});

test("curves and slopes are those of the function", () => {
	assert.deepEqual(sample((z) => z * z, [-1, 1]).filter((_, index) => index % 32 === 0), [1, 0, 1]);
	assert.ok(Math.abs(slopeOf(Math.tanh)(0) - 1) < 1e-6);
	assert.equal(pathOf([0, 1], [0, 1]), "M0.0 61.0L128.0 3.0");
});

test("an explanation has its numbers as a person reads them, and a remedy by what it changes", () => {
	const measured = { saturated: 0.953, first: 1.2e-6, neurons: 8 };
	const explanation = { name: "saturated", layer: 2, measured, remedy: {} };
	assert.deepEqual(numbersOf(explanation, i18n), { saturated: "95%", first: "1.2×10⁻⁶", neurons: "8", layer: "2" });
	const named = (/** @type {string} */ name, /** @type {object} */ remedy) =>
		remedyOf({ name, layer: null, measured: {}, remedy }, i18n).split(" ")[0];
	assert.equal(named("strangled", { regularization: "none" }), "inside.try.strangled.none");
	assert.equal(named("strangled", { regularization_rate: 0.01 }), "inside.try.strangled");
	assert.equal(named("overfitting", { train_percent: 80 }), "inside.try.overfitting.data");
	assert.equal(named("dead", { activation: "leaky_relu" }), "inside.try.dead");
	assert.equal(named("dead", { activation: "leaky_relu", learning_rate: 0.1 }), "inside.try.dead.rate");
	assert.equal(named("saturated", { initializer: "xavier_uniform", learning_rate: 0.1 }), "inside.try.saturated.rate");
	assert.equal(named("linear", { activation: "tanh" }), "inside.try.linear");
	assert.equal(named("linear", { activation: "tanh", hidden_layers: [8] }), "inside.try.linear.layers");
	assert.equal(named("noisy", { dropout: [] }), "inside.try.noisy");
	assert.equal(named("noisy", { batch_size: 10 }), "inside.try.noisy.batch");
});

test("a reason has the words for the numbers that support it", () => {
	const key = (/** @type {any} */ explanation) => reasonKey({ layer: null, measured: {}, remedy: {}, ...explanation });
	assert.equal(key({ name: "strangled", measured: { penalty: 1, gradient: 0.5 } }), "inside.why.strangled");
	assert.equal(key({ name: "strangled", measured: { weight: 0.01, other: 0.1, epochs: 64 } }), "inside.why.strangled.small");
	assert.equal(key({ name: "linear", measured: { unexplained: 0.5 } }), "inside.why.linear.unexplained");
	assert.equal(key({ name: "noisy", remedy: { batch_size: 10 } }), "inside.why.noisy.batch");
	const noisy = /** @type {any} */ ({ name: "noisy", layer: null, measured: { calm: 0.0057 }, remedy: { batch_size: 10 } });
	assert.deepEqual(numbersOf(noisy, i18n), { calm: "0.6%", layer: "0", batch: "10" });
});

test("a missing class is told by its name", () => {
	const explanation = { name: "unseen_class", layer: null, measured: { target: 1, points: 2 }, remedy: {} };
	assert.equal(numbersOf(explanation, i18n, ["setosa", "{points} & more"]).class, "{points} & more");
	assert.equal(numbersOf(explanation, i18n, ["a", "b", "c"]).class, "b");
	assert.equal(numbersOf(explanation, i18n, []).class, "1");
	assert.equal(numbersOf({ ...explanation, measured: { target: -1, points: 2 } }, i18n, ["a", "b"]).class, "a");
});

test("an update is told in units of the weights", () => {
	const layer = /** @type {any} */ ({ update: 0.01, weight: 0.5 });
	assert.equal(relativeUpdate(layer), 0.02);
	assert.equal(relativeUpdate({ ...layer, weight: 0 }), 0);
});
