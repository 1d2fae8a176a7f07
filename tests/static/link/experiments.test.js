import assert from "node:assert/strict";
import test from "node:test";
import { EXPERIMENTS } from "../../../static/js/link/experiments.js";
import { parseHash } from "../../../static/js/link/url.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();

test("every experiment's link is read without a remainder, and hides nothing", () => {
	for (const { name, hash } of EXPERIMENTS) {
		const { config, hidden, hideText, problems } = parseHash(hash, catalogue);
		assert.deepEqual(problems, [], name);
		assert.ok(config.hidden_layers && config.activation, name);
		assert.equal(hidden.size, 0, name);
		assert.equal(hideText, false, name);
	}
});

test("the findings that learners read about are all among them", () => {
	const set = Object.fromEntries(EXPERIMENTS.map(({ name, hash }) => [name, parseHash(hash, catalogue).config]));
	assert.deepEqual([set.clouds.dataset, set.clouds.hidden_layers], ["gaussian", []]);
	assert.deepEqual([set.circle.dataset, set.circle.hidden_layers, set.circle.activation], ["circle", [2], "sigmoid"]);
	assert.deepEqual([set.xor.dataset, set.xor.hidden_layers], ["xor", []]);
	assert.deepEqual(set.product.features, ["x1", "x2", "x1_x2"]);
	assert.deepEqual([set.vanishing.activation, set.vanishing.hidden_layers], ["sigmoid", [8, 8, 8]]);
	assert.deepEqual([set.spiral.activation, set.spiral.hidden_layers], ["relu", [8, 8, 8]]);
	assert.deepEqual([set.classes.classes, set.classes.dataset, set.classes.optimizer, set.classes.hidden_layers], [8, "spirals", "adam", [
		8,
		8,
	]]);
	assert.deepEqual([set.momentum.batch_size, set.momentum.optimizer], [250, undefined]);
	assert.deepEqual([set.step.activation, set.step.hidden_layers], ["step", [8]]);
	assert.deepEqual([set.dead.activation, set.dead.initializer, set.dead.initial_bias], ["relu", "small_normal", -0.2]);
	assert.deepEqual([set.rate.problem, set.rate.hidden_layers, set.rate.learning_rate], ["regression", [], 0.3]);
});

test("names are not used twice", () => {
	assert.equal(new Set(EXPERIMENTS.map(({ name }) => name)).size, EXPERIMENTS.length);
});
