import assert from "node:assert/strict";
import test from "node:test";
import { createClassColors, createColorMap } from "../../../static/js/ui/color.js";
import { fillOf, isClassNode, isProbability, mapOf } from "../../../static/js/views/classes.js";

const colors = { ...createColorMap("light"), classes: createClassColors("light") };
const server = (/** @type {object} */ config, shape = [2, 4, 3]) => ({
	shape,
	config: { problem: "classification", activation: "tanh", layer_activations: [], ...config },
});
const several = server({ problem: "multiclass", output_activation: "softmax" });

test("only the outputs of several classes have the colour of their class", () => {
	assert.ok(isClassNode({ layer: 2 }, several));
	assert.ok(!isClassNode({ layer: 1 }, several));
	assert.ok(!isClassNode({ layer: 2 }, server({})));
	assert.equal(mapOf(colors, several, { layer: 2, neuron: 1 }), colors.classes.map(1));
	assert.equal(mapOf(colors, several, { layer: 1, neuron: 1 }), colors);
});

test("points have the colour of their class or of their number", () => {
	assert.equal(fillOf(colors, several.config)(2), colors.classes.css(2));
	assert.equal(fillOf(colors, server({}).config)(-1), colors.css(-1));
});

test("sigmoid and softmax outputs are probabilities", () => {
	assert.ok(isProbability({ layer: 2 }, several));
	assert.ok(isProbability({ layer: 2 }, server({ output_activation: "sigmoid" })));
	assert.ok(!isProbability({ layer: 2 }, server({ output_activation: "tanh" })));
	assert.ok(!isProbability({ layer: 1 }, several));
});
