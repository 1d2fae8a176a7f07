import assert from "node:assert/strict";
import test from "node:test";
import { createColorMap } from "../../../static/js/ui/color.js";
import { beginsGrey, fractionOf, scaleOf } from "../../../static/js/views/node-scale.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();
/** @returns {any} */
const server = (/** @type {object} */ config) => ({
	shape: [2, 3, 1],
	config: { problem: "classification", activation: "tanh", ...config },
});

/** What each activation gives for large and small sums. @type {Record<string, (z: number) => number>} */
const FUNCTIONS = {
	relu: (z) => Math.max(0, z),
	tanh: Math.tanh,
	sigmoid: (z) => 1 / (1 + Math.exp(-z)),
	linear: (z) => z,
	leaky_relu: (z) => Math.max(0.01 * z, z),
	elu: (z) => (z > 0 ? z : Math.exp(z) - 1),
	step: (z) => Number(z > 0),
	softplus: (z) => Math.log1p(Math.exp(z)),
	swish: (z) => z / (1 + Math.exp(-z)),
	gelu: (z) => (z > 8 ? z : z < -8 ? 0 : z / (1 + Math.exp(-1.702 * z))),
	sine: Math.sin,
};

test("the scale of every activation is true: what is beyond an end is said to be, and the line is where the sum is 0", () => {
	for (const name of catalogue.activations) {
		const scale = /** @type {any} */ (scaleOf({ layer: 1, neuron: 0 }, server({ activation: name })));
		const values = Array.from({ length: 401 }, (_, index) => FUNCTIONS[name]((index - 200) / 10));
		const near = 1e-3;
		assert.equal(Math.max(...values) > scale.high + near, scale.beyondHigh, `${name} above`);
		if (!scale.beyondLow) assert.ok(Math.min(...values) >= scale.low - near, `${name} below`);
		if (name !== "step") assert.ok(Math.abs(FUNCTIONS[name](0) - scale.line) < 1e-9, `${name} line`);
	}
});

test("the scale of the output is that of its activation", () => {
	const output = (/** @type {string} */ output_activation) => scaleOf({ layer: 2, neuron: 0 }, server({ output_activation }));
	assert.deepEqual(output("tanh"), { low: -1, high: 1, beyondLow: false, beyondHigh: false, line: 0 });
	assert.deepEqual(output("sigmoid"), { low: 0, high: 1, beyondLow: false, beyondHigh: false, line: 0.5, centred: true });
	assert.deepEqual(output("linear"), { low: -1, high: 1, beyondLow: true, beyondHigh: true, line: 0 });
	assert.equal(scaleOf({ layer: 0, neuron: 0 }, server({}))?.line, null);
	const several = { shape: [2, 3], config: { problem: "multiclass", output_activation: "softmax" } };
	assert.equal(scaleOf({ layer: 1, neuron: 0 }, /** @type {any} */ (several)), null);
});

test("a hidden sigmoid runs from grey to blue, a sigmoid output from orange over grey to blue, as they are painted", () => {
	const hidden = /** @type {any} */ (scaleOf({ layer: 1, neuron: 0 }, server({ layer_activations: ["sigmoid"] })));
	const output = /** @type {any} */ (scaleOf({ layer: 2, neuron: 0 }, server({ output_activation: "sigmoid" })));
	assert.deepEqual([beginsGrey(hidden), beginsGrey(output)], [true, false]);
	const { css } = createColorMap("light");
	assert.equal(css(0), "rgb(232, 234, 235)"); // the level of a hidden 0, and of an output of 0.5
	assert.deepEqual([fractionOf(hidden, 0.5), fractionOf(output, 0.5), fractionOf(output, 2)], [0.5, 0.5, 1]);
});

test("what follows an activation gives its layer another range, and values beyond 1 a scale of their own", () => {
	const at = (/** @type {object} */ config, largest = 1) => scaleOf({ layer: 1, neuron: 0 }, server(config), largest);
	const any = { low: -1, high: 1, beyondLow: true, beyondHigh: true, line: 0 };
	assert.deepEqual(at({ activation: "sigmoid", normalization: ["batch_norm"] }), any);
	assert.deepEqual(at({ activation: "relu", residual: [1] }), any);
	assert.equal(at({ activation: "sigmoid", normalization: ["batch_norm_before"] })?.low, 0);
	assert.deepEqual(at({ normalization: ["layer_norm"] }, 3.5), { low: -3.5, high: 3.5, beyondLow: false, beyondHigh: false, line: 0 });
});
