// Files of models, as the page reads them.
import assert from "node:assert/strict";
import test from "node:test";
import { faultOf, fileName, MOST_BYTES, NoModel, readModel, summaryOf } from "../../../static/js/models/model-file.js";
import { Refusal } from "../../../static/js/net/rest.js";

/** @param {Partial<ModelFile["config"]>} config @returns {ModelFile} */
const model = (config = {}) => ({
	format: "tinkernet-model",
	version: 1,
	name: "a network",
	config: { problem: "classification", dataset: "xor", classes: 3, features: ["x1", "x2"], hidden_layers: [4, 2], layers: [], ...config },
	metrics: { epoch: 7, train_loss: 0.25, test_loss: 0.5 },
});

test("a model is read, with a byte-order mark too", () => {
	assert.deepEqual(readModel(`\uFEFF${JSON.stringify(model())}`), model());
});

for (const [text, key] of [["{", "noJson"], ["", "noJson"], ["null", "noModel"], ["[]", "noModel"], ['{"format": "other"}', "noModel"]]) {
	test(`${text || "nothing"} is refused in words`, () => {
		assert.throws(() => readModel(text), (error) => faultOf(/** @type {NoModel} */ (error), () => true).key === `models.${key}`);
	});
}

test("a file that is too large is not parsed", () => {
	assert.throws(() => readModel(" ".repeat(MOST_BYTES + 1)), NoModel);
});

test("a summary has the network's layers from inputs to outputs", () => {
	assert.deepEqual(summaryOf(model()), { dataset: "xor", shape: [2, 4, 2, 1], epochs: 7, trainLoss: 0.25, testLoss: 0.5 });
	assert.deepEqual(summaryOf(model({ problem: "multiclass", hidden_layers: [] })).shape, [2, 3]);
	const layers = [{ kind: "conv", filters: 8 }, { kind: "max_pool" }, { kind: "dense", neurons: 5 }];
	assert.deepEqual(summaryOf(model({ problem: "images", hidden_layers: [], layers })).shape, [64, 8, 5, 10]);
	assert.equal(summaryOf({ ...model(), metrics: null }).testLoss, null);
});

test("refusals of the server have words, with place and reason", () => {
	const has = (/** @type {string} */ key) => key === "error.locked";
	const of = (/** @type {object} */ problem) => faultOf(new Refusal(/** @type {any} */ (problem)), has);
	assert.equal(of({ code: "invalid_value", field: "version", value: 2 }).key, "models.later");
	assert.deepEqual(of({ code: "invalid_value", field: "state.batch", value: 7, expected: "less than 5" }), {
		key: "models.wrong",
		values: { field: "state.batch", value: "7", expected: "less than 5" },
	});
	assert.equal(of({ code: "offline" }).key, "models.offline");
	assert.equal(of({ code: "locked" }).key, "error.locked");
	assert.equal(of({ code: "unheard_of" }).key, "error.internal");
});

test("names of files have letters of all languages and nothing that systems forbid", () => {
	assert.equal(fileName("我的網路 1"), "我的網路_1.json");
	assert.equal(fileName('a/b\\c:"<>|?*\n'), "a_b_c.json");
	assert.equal(fileName("../.."), "network.json");
});
