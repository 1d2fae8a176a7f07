import assert from "node:assert/strict";
import test from "node:test";
import { biasIndex, thumbnailIndex, weightIndex } from "../../../static/js/state/parameters.js";

/** As the server sends it for the shape 2, 4, 2, 1. */
const LAYOUT = [
	{ weights: 0, biases: 8, inputs: 2, neurons: 4 },
	{ weights: 12, biases: 20, inputs: 4, neurons: 2 },
	{ weights: 22, biases: 24, inputs: 2, neurons: 1 },
];

test("weights and biases fill the flat vector without gap or overlap", () => {
	const indices = LAYOUT.flatMap(({ inputs, neurons }, index) => {
		const all = Array.from({ length: neurons }, (_, neuron) => neuron);
		const weights = Array.from({ length: inputs }, (_, source) => all.map((neuron) => weightIndex(LAYOUT, index + 1, source, neuron)));
		return [...weights.flat(), ...all.map((neuron) => biasIndex(LAYOUT, index + 1, neuron))];
	});
	assert.deepEqual(indices, Array.from({ length: 25 }, (_, index) => index));
});

test("heat maps are counted through the layers after the inputs", () => {
	assert.equal(thumbnailIndex(LAYOUT, 1, 3), 3);
	assert.equal(thumbnailIndex(LAYOUT, 2, 1), 5);
	assert.equal(thumbnailIndex(LAYOUT, 3, 0), 6);
});
