import assert from "node:assert/strict";
import test from "node:test";
import { ACTIVATIONS } from "../../../static/js/settings/activations.js";
import { clouds, descend, fitLine, penalized } from "../../../static/js/views/figure-data.js";
import { facts } from "../support/facts.js";

test("every activation function of the settings has a curve, with its known values", () => {
	for (const name of facts().catalogue.fields.activation.choices) assert.ok(ACTIVATIONS[name], name);
	const known = {
		relu: 1,
		tanh: 0.76159,
		sigmoid: 0.73106,
		elu: 1,
		softplus: 1.31326,
		swish: 0.73106,
		gelu: 0.84119,
		sine: 0.84147,
		step: 1,
	};
	for (const [name, value] of Object.entries(known)) assert.ok(Math.abs(ACTIVATIONS[name](1) - value) < 1e-4, name);
	assert.equal(ACTIVATIONS.leaky_relu(-1), -0.01);
	assert.ok(Math.abs(ACTIVATIONS.elu(-1) + 0.63212) < 1e-4);
});

test("a small learning rate creeps, a right one arrives, a large one climbs out of the valley", () => {
	const last = (/** @type {number[]} */ places) => Math.abs(places[places.length - 1]);
	assert.ok(last(descend(-2, 0.03, 10)) > 0.5);
	assert.ok(last(descend(-2, 0.3, 10)) < 0.01);
	assert.ok(last(descend(-1.2, 1.04, 8)) > 1.2);
});

test("every batch size has its number of updates, and comes nearer to the goal", () => {
	for (const [size, updates] of [[1, 160], [10, 16], [20, 8]]) {
		const path = fitLine(size, 8);
		assert.equal(path.length, updates + 1);
		const distance = ([weight, bias]) => Math.hypot(weight - 1.1, bias - 0.9);
		assert.ok(distance(path[updates]) < distance(path[0]) / 2);
	}
});

test("noise spreads the clouds, L2 shrinks all weights, L1 sets the smallest to zero", () => {
	const spread = (/** @type {number} */ noise) => clouds(noise).reduce((sum, [x, , target]) => sum + Math.abs(x - 2 * target), 0);
	assert.ok(spread(0) < spread(0.25) && spread(0.25) < spread(0.5));
	const [plain, l2, l1] = penalized();
	assert.ok(plain.every((each, index) => Math.abs(l2[index]) < Math.abs(each)));
	assert.ok(l2.every((each) => each !== 0));
	assert.equal(l1.filter((each) => each === 0).length, 3);
});
