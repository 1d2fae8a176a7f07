// Files of models, as the page reads them.
import assert from "node:assert/strict";
import test from "node:test";
import {
	expectedText,
	faultOf,
	fileName,
	MAX_FILE_BYTES,
	NoModel,
	parseModelName,
	pointerText,
	summaryOf,
} from "../../../static/js/models/model-file.js";
import { readFileSync } from "node:fs";
import { createI18n } from "../../../static/js/ui/i18n.js";
import { Refusal } from "../../../static/js/net/rest.js";

const wordsOf = (/** @type {string} */ locale) =>
	JSON.parse(readFileSync(new URL(`../../../static/i18n/${locale}.json`, import.meta.url), "utf-8"));
const I18N = /** @type {I18n} */ (/** @type {unknown} */ ({
	t: (/** @type {string} */ key) => key,
	has: (/** @type {string} */ key) => key === "error.locked",
}));

/** @param {Partial<ModelFile["config"]>} config @returns {ModelFile} */
const model = (config = {}) => ({
	format: "tinkernet-model",
	version: 1,
	name: "a network",
	config: { problem: "classification", dataset: "xor", classes: 3, features: ["x1", "x2"], hidden_layers: [4, 2], layers: [], ...config },
	metrics: { epoch: 7, train_loss: 0.25, test_loss: 0.5 },
});

test("a model's name is read, with a byte-order mark too; a text that is no JSON has none", () => {
	assert.equal(parseModelName(`\uFEFF${JSON.stringify(model())}`), "a network");
	for (const text of ["{", "", JSON.stringify({ ...model(), name: 7 })]) assert.equal(parseModelName(text), "");
});

for (const text of ["null", "[]", '{"format": "other"}']) {
	test(`${text} is refused in words`, () => {
		assert.throws(() => parseModelName(text), (error) => faultOf(/** @type {NoModel} */ (error), I18N).key === "models.noModel");
	});
}

test("a file that is too large is not parsed", () => {
	assert.throws(() => parseModelName(" ".repeat(MAX_FILE_BYTES + 1)), NoModel);
});

test("a summary has the network's layers from inputs to outputs", () => {
	assert.deepEqual(summaryOf(model()), { dataset: "xor", shape: [2, 4, 2, 1], epochs: 7, trainLoss: 0.25, testLoss: 0.5 });
	assert.deepEqual(summaryOf(model({ problem: "multiclass", hidden_layers: [] })).shape, [2, 3]);
	const layers = [{ kind: "conv", filters: 8 }, { kind: "max_pool" }, { kind: "dense", neurons: 5 }];
	assert.deepEqual(summaryOf(model({ problem: "images", hidden_layers: [], layers })).shape, [64, 8, 5, 10]);
	assert.equal(summaryOf({ ...model(), metrics: null }).testLoss, null);
});

test("refusals of the server have words, with place and reason", () => {
	const of = (/** @type {object} */ problem) => faultOf(new Refusal(/** @type {any} */ (problem)), I18N);
	const later = "1 at most: the file is from a later Tinkernet than this one";
	assert.equal(of({ code: "invalid_value", field: "version", value: 2, expected: later }).key, "models.later");
	assert.equal(of({ code: "invalid_value", field: "version", value: "2", expected: "an integer" }).key, "models.wrong");
	const errors = [{ pointer: "#/state/optimizer_state/1/3" }];
	assert.deepEqual(of({ code: "invalid_value", field: "state.optimizer_state", value: [7], expected: "a number", errors }), {
		key: "models.wrong",
		values: { field: "state.optimizer_state[1][3]", value: "[7]", expected: "models.expected.number" },
	});
	assert.equal(of({ code: "invalid_value", field: "state", expected: "a value" }).key, "models.wrongNone");
	assert.equal(of({ code: "invalid_value", expected: "an object" }).key, "models.noModel");
	const broken = (/** @type {string} */ detail) => of({ code: "malformed_json", detail });
	assert.deepEqual(broken("The body is not valid JSON: EOF while parsing a list at line 3 column 15.").values, { line: 3, column: 15 });
	assert.equal(broken("The body is not valid JSON: EOF while parsing a list at line 3 column 15.").key, "models.cutOff");
	assert.equal(broken("The body is not valid JSON: expected value at line 1 column 1.").key, "models.noJsonAt");
	assert.equal(broken("The body is not valid JSON: odd.").key, "models.noJson");
	assert.equal(of({ code: "offline" }).key, "models.offline");
	assert.equal(of({ code: "locked" }).key, "error.locked");
	assert.equal(of({ code: "unheard_of" }).key, "error.internal");
});

test("what the server expects is told in the visitor's language", () => {
	const i18n = createI18n({ locale: "zh-TW", words: wordsOf("zh-TW") });
	for (
		const [expected, text] of [
			["an integer", "整數"],
			["at most 0.9999", "至多 0.9999"],
			["at least 3 entries", "至少有 3 項的清單"],
			["21 numbers, as the network has", "與網路相符的 21 個數"],
			["'relu', 'tanh' or 'sine'", "下列之一：relu, tanh, sine"],
			["epochs in ascending order", "epochs in ascending order"],
		]
	) assert.equal(expectedText(expected, i18n), text);
});

test("a place in JSON is told as people write it", () => {
	assert.equal(pointerText("#/config/points/2/1"), "config.points[2][1]");
	assert.equal(pointerText("#/config/data_columns/x1/name"), "config.data_columns.x1.name");
	assert.equal(pointerText("#/a%20b~1c"), "a b/c");
	assert.equal(pointerText(""), "");
});

test("names of files have letters of all languages and nothing that systems forbid", () => {
	assert.equal(fileName("我的網路 1"), "我的網路_1.json");
	assert.equal(fileName('a/b\\c:"<>|?*\n'), "a_b_c.json");
	assert.equal(fileName("../.."), "network.json");
});
