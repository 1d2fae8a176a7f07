import assert from "node:assert/strict";
import test from "node:test";
import { findMisfit } from "../../../static/js/images/layer-edits.js";
import { FULL_IMAGE_START, INTRODUCTION, switchProblem } from "../../../static/js/images/start.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();

test("both networks fit, and every setting of them is one of the engine", () => {
	for (const start of [FULL_IMAGE_START, INTRODUCTION]) {
		assert.equal(findMisfit(start.layers, 8), null);
		for (const field of Object.keys(start)) assert.ok(field in catalogue.fields, field);
	}
	assert.deepEqual(INTRODUCTION.layers.map((each) => each.filters ?? each.neurons ?? each.kind), [4, 8, 16, "max_pool", 128]);
	assert.equal(INTRODUCTION.schedule_factor.toFixed(4), "0.9852");
});

test("the first time, images begin with what learns fast, and the plane with its defaults", () => {
	const changes = switchProblem("images", undefined, catalogue);
	assert.equal(changes.problem, "images");
	assert.equal(changes.optimizer, "adam");
	const back = switchProblem("regression", undefined, catalogue);
	assert.deepEqual([back.problem, back.optimizer, back.learning_rate, back.train_percent], ["regression", "sgd", 0.03, 50]);
	assert.deepEqual([back.layers, back.hidden_layers], [[], [4, 2]]);
});

test("a side that was left comes back with its settings, but for seeds and drawings", () => {
	const left = {
		problem: "classification",
		dataset: "spiral",
		hidden_layers: [8, 8],
		layers: [],
		learning_rate: 0.1,
		data_seed: 4,
		drawings: [],
	};
	assert.deepEqual(switchProblem("classification", left, catalogue), {
		problem: "classification",
		dataset: "spiral",
		hidden_layers: [8, 8],
		layers: [],
		learning_rate: 0.1,
	});
	assert.equal("dataset" in switchProblem("regression", left, catalogue), false, "another problem brings its own dataset");
});
