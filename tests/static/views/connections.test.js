import assert from "node:assert/strict";
import test from "node:test";
import { commonChoice, valuesForAllLayers } from "../../../static/js/views/advanced-controls.js";
import { arcsOf, roomBelow } from "../../../static/js/views/connections.js";

test("an arc runs from the inputs of a block to its last layer", () => {
	assert.deepEqual(arcsOf([0, 2, 0, 2]), [{ from: 0, to: 2, level: 0 }, { from: 2, to: 4, level: 0 }]);
	assert.deepEqual(arcsOf([]), []);
	assert.deepEqual(arcsOf([0, 0]), []);
});

test("arcs over the same layers run on levels of their own", () => {
	assert.deepEqual(arcsOf([1, 2, 2]), [
		{ from: 0, to: 1, level: 0 },
		{ from: 0, to: 2, level: 1 },
		{ from: 1, to: 3, level: 0 },
	]);
	assert.equal(roomBelow([0, 0]), 0);
	assert.ok(roomBelow([1, 2, 3]) > roomBelow([1, 1, 1]));
});

test("a choice for all layers sets each, and residual blocks of the same length end at every so many layers", () => {
	assert.deepEqual(valuesForAllLayers("choices", "batch_norm", 3), ["batch_norm", "batch_norm", "batch_norm"]);
	assert.deepEqual(valuesForAllLayers("blocks", "2", 5), [0, 2, 0, 2, 0]);
	assert.deepEqual(valuesForAllLayers("blocks", "0", 3), [0, 0, 0]);
	assert.equal(commonChoice("blocks", ["0", "1", "2"], [0, 2, 0, 2]), "2");
	assert.equal(commonChoice("blocks", ["0", "1", "2"], [0, 2, 1]), "");
	assert.equal(commonChoice("choices", ["none", "layer_norm"], ["layer_norm", "layer_norm"]), "layer_norm");
});
