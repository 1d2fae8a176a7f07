import assert from "node:assert/strict";
import test from "node:test";
import { kernelsOf, mapOf, meanOf, rangeOf, scoresOf, valueAt } from "../../../static/js/images/maps.js";
import { fractionOf, rowSum } from "../../../static/js/ui/confusion-matrix.js";

const LAYERS = [
	{ layer: 0, kind: "input", channels: 1, height: 2, width: 2, size: null, filters: null },
	{ layer: 1, kind: "conv", channels: 2, height: 2, width: 2, size: 2, filters: 1 },
	{ layer: 2, kind: "conv", channels: 1, height: 1, width: 1, size: 2, filters: 2 },
	{ layer: 3, kind: "output", channels: 3, height: 1, width: 1, size: null, filters: null },
];
const maps = { scales: Float32Array.of(1, 2, 4, 1), values: Int8Array.of(0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 127, 5, 10, 100, 17) };
const filters = { scales: Float32Array.of(0.5, 1), values: Int8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 40, 0, 0, 0, -40, 20, 0, 127) };

test("each map is its part of the values, with its layer's scale", () => {
	const map = mapOf(maps, LAYERS, 1, 1);
	assert.deepEqual(map && [...map.values], [20, 21, 22, 127]);
	assert.equal(map && valueAt(map, 3), 2);
	assert.deepEqual(map && rangeOf(map), [(20 * 2) / 127, 2]);
	assert.equal(mapOf(maps, LAYERS.slice(1), 0, 0), null, "the frame is of another network");
	assert.equal(mapOf(null, LAYERS, 0, 0), null);
});

test("a filter has a kernel for each of its inputs", () => {
	assert.deepEqual(kernelsOf(filters, LAYERS, 1, 1).map(({ values }) => [...values]), [[5, 6, 7, 8]]);
	const kernels = kernelsOf(filters, LAYERS, 2, 0);
	assert.deepEqual(kernels.map(({ values }) => [...values]), [[40, 0, 0, 0], [-40, 20, 0, 127]]);
	assert.deepEqual(kernelsOf(filters, LAYERS, 0, 0), []);
	assert.equal(meanOf([]), null);
	const mean = meanOf(kernels);
	assert.deepEqual(mean && [0, 1, 2, 3].map((at) => Math.round(1000 * valueAt(mean, at))), [0, 79, 0, 500]);
});

test("the answer is the likeliest class", () => {
	const scores = scoresOf(maps, LAYERS);
	assert.equal(scores?.answer, 1);
	assert.ok(Math.abs((scores?.probabilities[1] ?? 0) - 100 / 127) < 1e-6);
});

test("a cell of the confusion matrix is coloured by its share of the row", () => {
	const counts = Array(100).fill(0);
	[counts[11], counts[12]] = [3, 1];
	assert.equal(fractionOf(counts, 11, 10), 0.75);
	assert.equal(fractionOf(counts, 0, 10), 0, "a digit that is missing");
	assert.equal(rowSum(counts, 1, 10), 4);
});
