import assert from "node:assert/strict";
import test from "node:test";
import { EXPERIMENTS, experimentsFor } from "../../../static/js/link/experiments.js";
import { loadCodes, parseHash } from "../../../static/js/link/url.js";
import { START } from "../../../static/js/images/start.js";
import { encodeLayers } from "../../../static/js/link/layer-code.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();
await loadCodes("layers=");

test("every experiment's link is read without a remainder, and hides nothing", () => {
	for (const { name, hash } of EXPERIMENTS) {
		const { config, hidden, hideText, problems } = parseHash(hash, catalogue);
		assert.deepEqual(problems, [], name);
		assert.ok((config.hidden_layers ?? config.layers) && config.activation, name);
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

test("the experiments of deep networks and of handwriting begin as their texts say", () => {
	const set = Object.fromEntries(EXPERIMENTS.map(({ name, hash }) => [name, parseHash(hash, catalogue).config]));
	const sixLayers = Array(6).fill(8);
	for (const name of ["deep", "residual", "sevenInputs"]) {
		assert.deepEqual([set[name].activation, set[name].hidden_layers, set[name].learning_rate], ["sigmoid", sixLayers, 0.1], name);
	}
	assert.deepEqual([set.deep.residual, set.residual.residual], [undefined, Array(6).fill(1)]);
	assert.equal(set.sevenInputs.features.length, 7);
	const { problem, layers, ...settings } = set.digits;
	assert.equal(problem, "images");
	for (const [field, value] of Object.entries(settings)) {
		assert.deepEqual(value, /** @type {Record<string, unknown>} */ (START)[field], field);
	}
	assert.equal(encodeLayers(layers), encodeLayers(START.layers));
});

test("without the digits there is no experiment with them", () => {
	const names = (/** @type {any} */ given) => experimentsFor(given).map(({ name }) => name);
	assert.equal(names({ datasets: { digits: { available: true } } }).length, EXPERIMENTS.length);
	const without = names({ datasets: { digits: { available: false } } });
	assert.deepEqual(EXPERIMENTS.filter(({ name }) => !without.includes(name)).map(({ name }) => name), ["digits"]);
});

test("names are not used twice", () => {
	assert.equal(new Set(EXPERIMENTS.map(({ name }) => name)).size, EXPERIMENTS.length);
});
