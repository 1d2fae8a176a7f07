import { test } from "node:test";
import assert from "node:assert/strict";
import { barsOf, peakOf, zeroOf } from "../../../static/js/inside/layer-histograms.js";
import { markOf } from "../../../static/js/inside/neuron-marks.js";

test("the fullest part of a histogram is as high as the picture, an empty one is not drawn", () => {
	assert.equal(barsOf([2, 0, 1, 0]), "M0.0 28V0.0H25.0V28Z" + "M50.0 28V14.0H75.0V28Z");
	assert.equal(barsOf([0, 0]), "");
});

test("a histogram has a peak, and a place of 0 if that is in its range", () => {
	assert.equal(peakOf({ low: -1, high: 3, counts: [0, 1, 5, 0] }), 1.5);
	assert.equal(zeroOf({ low: -1, high: 3, counts: [] }), 25);
	assert.equal(zeroOf({ low: 0.5, high: 3, counts: [] }), null);
});

test("a neuron is dead or saturated, and the output is neither", () => {
	const layer = /** @type {any} */ ({ activation: "relu", dead: [true, false, false], saturation: [1, 0.95, 0.9] });
	assert.deepEqual([0, 1, 2].map((neuron) => markOf(layer, neuron)), ["dead", "saturated", null]);
	assert.equal(markOf({ ...layer, activation: null }, 0), null);
	assert.equal(markOf(undefined, 0), null);
});
