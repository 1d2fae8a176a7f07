import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ADVANCED_INPUTS, changedSettings, choicesOf, isRelevant, SETTINGS } from "../../../static/js/settings/fields.js";
import { restoreChanges } from "../../../static/js/settings/restore.js";
import { facts, ROOT } from "../support/facts.js";

const { catalogue } = facts();
const defaults = Object.fromEntries(Object.entries(catalogue.fields).map(([name, field]) => [name, /** @type {any} */ (field).default]));
const config = (/** @type {Record<string, unknown>} */ changes = {}) => ({ ...defaults, ...changes });

test("each setting is one of the engine's, once", () => {
	for (const { field } of SETTINGS) assert.ok(field in catalogue.fields, field);
	for (const of of ["id", "field"]) assert.equal(new Set(SETTINGS.map((each) => each[of])).size, SETTINGS.length);
	for (const name of ADVANCED_INPUTS) assert.ok(catalogue.features.includes(name), name);
});

test("every setting of the engine can be chosen somewhere on the page", () => {
	const elsewhere = [
		...[
			"problem",
			"dataset",
			"points",
			"data_columns",
			"noise",
			"points_noise",
			"train_percent",
			"features",
			"hidden_layers",
			"activation",
		],
		...["learning_rate", "batch_size", "regularization", "regularization_rate"],
		...["layers", "drawings"], // of programs and of images
	];
	assert.deepEqual(Object.keys(catalogue.fields).sort(), [...SETTINGS.map(({ field }) => field), ...elsewhere].sort());
});

test("as the engine has it, nothing is changed and nothing is to be restored", () => {
	assert.deepEqual(changedSettings(config(), catalogue), []);
	assert.deepEqual(restoreChanges(config(), catalogue), {});
});

test("the usual loss and output are those of the problem", () => {
	const several = config({ problem: "multiclass", dataset: "blobs", output_activation: "softmax", loss: "cross_entropy" });
	assert.deepEqual(changedSettings(several, catalogue), []);
	const sigmoid = config({ output_activation: "sigmoid", loss: "cross_entropy" });
	assert.deepEqual(changedSettings(sigmoid, catalogue), ["outputActivation", "loss"]);
	assert.deepEqual(restoreChanges(sigmoid, catalogue), { output_activation: "tanh", loss: "squared_error" });
});

test("only parameters of the chosen optimizer and schedule have an effect", () => {
	const shown = (/** @type {any} */ of) => SETTINGS.filter((each) => isRelevant(each, of, catalogue)).map(({ id }) => id);
	const parameters = [
		"momentum",
		"rho",
		"beta1",
		"beta2",
		"epsilon",
		"weightDecay",
		"scheduleEpochs",
		"scheduleFactor",
		"huberDelta",
		"l1Ratio",
		"classes",
	];
	const of = (/** @type {Record<string, unknown>} */ changes) => shown(config(changes)).filter((each) => parameters.includes(each));
	assert.deepEqual(of({}), []);
	assert.deepEqual(of({ optimizer: "nesterov" }), ["momentum"]);
	assert.deepEqual(of({ optimizer: "rmsprop" }), ["rho", "epsilon"]);
	assert.deepEqual(of({ optimizer: "adamw" }), ["beta1", "beta2", "epsilon", "weightDecay"]);
	assert.deepEqual(of({ schedule: "cosine" }), ["scheduleEpochs", "scheduleFactor"]);
	assert.deepEqual(of({ regularization: "elastic_net" }), ["l1Ratio"]);
	assert.deepEqual(of({ problem: "multiclass" }), ["classes"]);
	assert.ok(!shown(config({ hidden_layers: [] })).includes("dropout"));
	assert.ok(!shown(config({ hidden_layers: [4] })).includes("activations"));
});

test("with digits the panel goes back to where the page begins with them", () => {
	const digits = { problem: "images", hidden_layers: [], output_activation: "softmax", loss: "cross_entropy" };
	const start = { ...digits, optimizer: "adam", initializer: "he_uniform", initial_bias: 0 };
	assert.deepEqual(changedSettings(config(start), catalogue), []);
	assert.deepEqual(restoreChanges(config(start), catalogue), {});
	const changed = config({ ...start, optimizer: "nesterov", momentum: 0.5, initializer: "uniform", initial_bias: 0.1 });
	assert.deepEqual(changedSettings(changed, catalogue), ["optimizer", "momentum", "initializer"]);
	assert.deepEqual(restoreChanges(changed, catalogue), { optimizer: "adam", momentum: 0.9, initializer: "he_uniform", initial_bias: 0 });
});

test("what was changed is named, what has no effect is not, and both go back", () => {
	const features = ["x1", "cos_x1"];
	const changes = { optimizer: "momentum", momentum: 0.5, rho: 0.1, dropout: [0.2, 0], layer_activations: ["relu", "tanh"], features };
	assert.deepEqual(changedSettings(config(changes), catalogue), ["activations", "optimizer", "momentum", "dropout", "moreInputs"]);
	assert.deepEqual(restoreChanges(config(changes), catalogue), {
		optimizer: "sgd",
		momentum: 0.9,
		rho: 0.9,
		dropout: [],
		layer_activations: [],
		features: ["x1"],
	});
	assert.deepEqual(restoreChanges(config({ features: ["cos_x2"] }), catalogue), { features: ["x1", "x2"] });
});

test("seeds are every training's own, and zeros in dropout are none", () => {
	const own = config({ data_seed: 5, weights_seed: 6, dropout: [0, 0] });
	assert.deepEqual(changedSettings(own, catalogue), []);
	assert.ok(!("data_seed" in restoreChanges(own, catalogue)));
});

test("the bias that an initializer starts from is the engine's", () => {
	const first = (/** @type {string} */ initializer) => restoreChanges(config({ initializer, initial_bias: 5 }), catalogue).initial_bias;
	assert.equal(first("uniform"), 0.1);
	assert.equal(first("zeros"), 0.1); // back to the usual initializer too
	const { default: defaultBias } = SETTINGS.find(({ id }) => id === "initialBias") ?? {};
	for (const each of catalogue.fields.initializer.choices) assert.equal(defaultBias?.({ initializer: each }), each === "uniform" ? 0.1 : 0);
});

test("every setting, heading and choice has its words", () => {
	const words = JSON.parse(readFileSync(join(ROOT, "static/i18n/en.json"), "utf8"));
	for (const setting of SETTINGS) {
		const { id, group, words: named, choices, field } = setting;
		for (const part of ["label", "help"]) assert.ok(`control.${id}.${part}` in words, `control.${id}.${part}`);
		if (group) assert.ok(`group.${group}` in words, `group.${group}`);
		if (!named) continue;
		const problems = Object.keys(catalogue.outputs).flatMap((problem) =>
			catalogue.outputs[problem].map((/** @type {string} */ output) => config({ problem, output_activation: output }))
		);
		const all = choices ? problems.flatMap((each) => choicesOf(setting, each, catalogue)) : catalogue.fields[field].choices;
		for (const choice of all) {
			for (const kind of ["choice", "hint"]) assert.ok(`${kind}.${named}.${choice}` in words, `${kind}.${named}.${choice}`);
		}
	}
});
