import assert from "node:assert/strict";
import test from "node:test";
import {
	changeLayer,
	findMisfit,
	insertionIndex,
	insertLayer,
	layersOf,
	NEW_LAYERS,
	nextCount,
	removeLayer,
	replaceLayer,
	sidesOf,
} from "../../../static/js/images/layer-edits.js";

const { conv, max_pool: pool, dense, flatten, dropout, batch_norm: norm } = NEW_LAYERS;
const DEFAULT_LAYERS = [conv, pool, { ...conv, filters: 16 }, pool, dense];

test("layers are found in either form of the settings", () => {
	assert.deepEqual(layersOf({ layers: DEFAULT_LAYERS, hidden_layers: [] }), DEFAULT_LAYERS);
	assert.deepEqual(layersOf({ layers: [], hidden_layers: [4] }), [{ kind: "dense", neurons: 4, activation: null }]);
});

test("maps become smaller by pooling, strides and windows without zeros", () => {
	assert.deepEqual(sidesOf(DEFAULT_LAYERS, 8), [8, 4, 4, 2, 0]);
	assert.deepEqual(sidesOf([{ ...conv, padding: "valid" }, { ...conv, stride: 2 }, { ...pool, size: 3, stride: 1 }, flatten], 8), [
		6,
		3,
		1,
		0,
	]);
});

test("an edit leaves the other layers as they are", () => {
	assert.deepEqual(changeLayer(DEFAULT_LAYERS, 0, { filters: 4 })[0].filters, 4);
	assert.equal(changeLayer(DEFAULT_LAYERS, 0, { filters: 4 })[1], DEFAULT_LAYERS[1]);
	assert.deepEqual(removeLayer(DEFAULT_LAYERS, 1).map(({ kind }) => kind), ["conv", "conv", "max_pool", "dense"]);
	assert.deepEqual(insertLayer(DEFAULT_LAYERS, 5, "dropout")[5], dropout);
});

test("another kind keeps what both have", () => {
	const [layer] = replaceLayer([{ ...conv, size: 4, activation: "tanh" }], 0, "average_pool");
	assert.deepEqual(layer, { size: 4, stride: null, kind: "average_pool" });
	assert.deepEqual(replaceLayer([{ ...conv, activation: "tanh" }], 0, "dense"), [{ kind: "dense", neurons: 32, activation: "tanh" }]);
});

test("plus and minus go to the next usual number, also from an unusual one", () => {
	assert.equal(nextCount(conv, 1), 12);
	assert.equal(nextCount({ ...conv, filters: 5 }, -1), 4);
	assert.equal(nextCount({ ...conv, filters: 64 }, 1), null);
	assert.equal(nextCount({ ...dense, neurons: 1 }, -1), null);
});

test("what does not fit is named with its layer and reason", () => {
	const reason = (/** @type {any[]} */ layers) => {
		const found = findMisfit(layers, 8);
		return found && [found.at, found.reason];
	};
	assert.equal(reason(DEFAULT_LAYERS), null);
	assert.equal(reason([conv, norm, flatten, dense, dropout]), null);
	assert.deepEqual(reason([pool, conv]), [0, "first"]);
	assert.deepEqual(reason([conv, flatten, pool]), [2, "row"]);
	assert.deepEqual(reason([dense, flatten]), [1, "flat"]);
	assert.deepEqual(reason([conv, pool, pool, pool, pool]), [4, "single"]);
	assert.deepEqual(reason([conv, pool, { ...pool, size: 5 }]), [2, "window"]);
	assert.deepEqual(reason([dense, dropout, dropout]), [2, "dropout"]);
	assert.deepEqual(reason(Array(17).fill(dense)), [16, "columns"]);
	assert.equal(findMisfit([conv, pool, { ...pool, size: 5 }], 8)?.side, 4);
});

test("a new layer goes where it fits", () => {
	assert.equal(insertionIndex(DEFAULT_LAYERS, "conv", 8), 4);
	assert.equal(insertionIndex(DEFAULT_LAYERS, "dense", 8), 5);
	assert.equal(findMisfit(insertLayer(DEFAULT_LAYERS, insertionIndex(DEFAULT_LAYERS, "max_pool", 8), "max_pool"), 8), null);
	assert.equal(insertionIndex([conv], "flatten", 8), 1);
});
