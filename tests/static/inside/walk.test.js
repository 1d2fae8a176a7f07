import assert from "node:assert/strict";
import { test } from "node:test";
import { coordinates, likelyTarget, pointAt, pointOfImage } from "../../../static/js/inside/point-places.js";
import { targetsOf } from "../../../static/js/inside/point-picker.js";
import { stationOf } from "../../../static/js/inside/point-rail.js";
import { cellAt, rowAt } from "../../../static/js/inside/point-map-mark.js";
import { linkValue, valueAt } from "../../../static/js/inside/point-values.js";
import { isSame, validPoint } from "../../../static/js/inside/point.js";
import { brightestPixel, layersOf, pathOf, poolWindow, stationsOf, windowOf } from "../../../static/js/inside/walk.js";
import { STEPS } from "../support/steps.js";

const points = { train: Float32Array.of(1, 1, 1, -2, 0.5, -1), test: Float32Array.of(1.1, 1, -1) };
const display = /** @type {any} */ ({ showTrain: true, showTest: false });

test("the walk goes forward through all neurons, to the loss, back through all of them, to the updates and the step", () => {
	const stations = stationsOf(layersOf(STEPS.sgd.next));
	assert.deepEqual(stations.slice(0, 7).map(({ phase, layer, neuron }) => `${phase} ${layer} ${neuron}`), [
		"forward 1 0",
		"forward 1 1",
		"forward 1 2",
		"forward 2 0",
		"forward 2 1",
		"forward 3 0",
		"loss 3 null",
	]);
	assert.deepEqual(stations.slice(7, 10).map(({ layer, neuron }) => [layer, neuron]), [[3, 0], [2, 0], [2, 1]]);
	assert.equal(stations[stations.length - 1].phase, "apply");
	assert.equal(stations.length, 3 * 6 + 2);
});

test("the numbers in the network are values on the way forward and deltas on the way back", () => {
	const step = STEPS.sgd.next;
	const [first, , last] = layersOf(step);
	assert.equal(valueAt(step, first, 1, false), step.layers[1].values[1]);
	assert.equal(valueAt(step, last, 0, false), step.outputs[0]);
	assert.equal(valueAt(step, first, 1, true), step.layers[0].derivatives[1]);
	const sum = [0, 1].reduce((all, source) => all + linkValue(step, first, source, 2, "forward"), 0);
	assert.ok(Math.abs(sum + step.layers[0].parameters[1].values[2] - step.layers[0].values[2]) < 1e-12);
	assert.equal(linkValue(step, first, 0, 2, "backward"), step.layers[0].derivatives[2] * step.inputs[0]);
	assert.equal(linkValue(step, first, 0, 2, "apply"), step.layers[0].parameters[0].change[0][2]);
});

test("a pixel of a map is followed through pooling to its window", () => {
	const layers = layersOf(STEPS.images.next);
	const pixel = brightestPixel(layers[0], 1);
	const path = pathOf(layers[0], 1, pixel);
	assert.deepEqual(path.map(({ layer }) => layer.kind), ["conv", "activation", "max_pool"]);
	const { from, at, layer } = path[2];
	assert.ok(poolWindow(at, /** @type {any} */ (layer.windows)).includes(from));
	const windows = /** @type {any} */ (path[0].layer.windows);
	assert.deepEqual(windowOf(0, windows).filter((each) => each === null).length, 5); // the corner's zeros
});

test("a click means the shown point near it, else the place with the target of the nearest training point", () => {
	assert.deepEqual(pointAt({ x1: 1.15, x2: 1 }, { points, display }), { set: "train", index: 0 });
	assert.deepEqual(pointAt({ x1: 1.15, x2: 1 }, { points, display: { ...display, showTest: true } }), { set: "test", index: 0 });
	assert.deepEqual(pointAt({ x1: -1.23456, x2: 0 }, { points, display }), { x1: -1.235, x2: 0, target: -1 });
	assert.equal(likelyTarget(null, { x1: 0, x2: 0 }), 1);
	assert.deepEqual(coordinates({ index: 1 }, points), { x1: -2, x2: 0.5, target: -1 });
	assert.equal(coordinates({ index: 2 }, points), null);
});

test("a drawn digit is sent with its ink from 0 to 16, another by its number", () => {
	const pixels = Uint8Array.of(0, 255, 128);
	assert.deepEqual(pointOfImage({ source: "drawn", index: 0, label: null, pixels }, 7), { pixels: [0, 16, 8], target: 7 });
	assert.deepEqual(pointOfImage({ source: "test", index: 5, label: 3, pixels }, 7), { set: "test", index: 5 });
});

test("a point that does not exist any longer becomes another", () => {
	const page = (/** @type {object} */ config) => /** @type {any} */ ({
		server: { config: { problem: "classification", classes: 3, ...config } },
		points,
		image: null,
	});
	assert.deepEqual(validPoint({ index: 1 }, page({})), { index: 1 });
	assert.deepEqual(validPoint({ index: 2 }, page({})), { index: 0 });
	assert.deepEqual(validPoint({ x1: 1, x2: 1, target: 2 }, page({})), { x1: 1, x2: 1, target: 1 });
	assert.deepEqual(validPoint({ x1: 1, x2: 1, target: 2 }, page({ problem: "multiclass" })), { x1: 1, x2: 1, target: 2 });
	assert.deepEqual(targetsOf({ problem: "regression", classes: 3 }), []);
	assert.ok(isSame({ index: 1 }, { index: 1, set: "train", x1: null, pixels: null }));
	assert.ok(!isSame({ index: 1 }, { index: 1, set: "test" }));
});

test("keys go one station on or back, to the first and to the last", () => {
	assert.deepEqual(["ArrowLeft", "ArrowRight", "Home", "End", "a"].map((key) => stationOf(key, 0, 5)), [0, 1, 0, 5, null]);
});

test("the mark of a map is where its column has the map, and that of a class in its row", () => {
	const cells = { cell: 40, gap: 4, kernel: 12, down: 3 };
	assert.deepEqual(cellAt(cells, 0), { x: 15, y: 0, width: 40, height: 40 });
	assert.deepEqual(cellAt(cells, 4), { x: 15 + 59, y: 44, width: 40, height: 40 });
	assert.equal(rowAt({ width: 100, height: 320 }, 0).y, 10);
	assert.equal(rowAt({ width: 100, height: 200 }, 9).y, 180);
});
