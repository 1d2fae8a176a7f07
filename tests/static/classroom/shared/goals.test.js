import assert from "node:assert/strict";
import test from "node:test";
import { appliesTo, countMet, GOALS, goalTexts, presentValueText, wantedText } from "../../../../static/js/classroom/shared/goals.js";
import { createI18n } from "../../../../static/js/ui/i18n.js";
import { LOCALES, wordsOf } from "../../support/words.js";

const [en, ...others] = LOCALES.map((locale) => createI18n({ locale, words: wordsOf(locale) }));

/** @type {GoalPart[]} */
const PARTS = [
	{ kind: "test_loss_at_most", wanted: 0.05, value: 0.3123, met: false },
	{ kind: "accuracy_at_least", wanted: 0.95, value: 0.9, met: false },
	{ kind: "within_epochs", wanted: 1500, value: 20, met: true },
	{ kind: "most_neurons", wanted: 3, value: 2, met: true },
	{ kind: "most_weights", wanted: 13, value: 9, met: true },
	{ kind: "only_features", wanted: ["x1", "x2_squared"], value: ["x1"], met: true },
	{ kind: "fresh", wanted: { runs: 10, solved: 8, epochs: 300 }, value: null, met: false },
];

test("parts that are met are counted", () => {
	assert.deepEqual(countMet({ parts: PARTS }), { met: 4, of: 7 });
	assert.deepEqual(countMet(null), { met: 0, of: 0 });
});

test("every part has its words, and bounds are as short as they were typed", () => {
	assert.deepEqual(PARTS.map((part) => wantedText(part, en)), [
		"Score at most 0.05",
		"Test accuracy at least 95%",
		"Within 1,500 epochs",
		"Hidden neurons: at most 3",
		"Weights and biases: at most 13",
		"Only these inputs: x₁ and x₂²",
		"When handed in: also reached in 8 of 10 fresh runs with other seeds (300 epochs each)",
	]);
	for (const other of others) {
		for (const part of PARTS) assert.notEqual(wantedText(part, other), wantedText(part, en), `${other.locale}: ${part.kind}`);
	}
});

test("what there is now is said, but for what is not known", () => {
	assert.deepEqual(PARTS.map((part) => presentValueText(part, en)), ["now 0.312", "now 90.0%", "now 20", "now 2", "now 9", "now x₁", ""]);
	assert.equal(presentValueText({ ...PARTS[6], value: 7 }, en), "7 of 10");
	assert.equal(presentValueText({ ...PARTS[1], value: null }, en), "");
});

test("the texts of a goal leave out what it does not ask for", () => {
	assert.deepEqual(goalTexts({ most_neurons: 3, within_epochs: null }, en), ["Hidden neurons: at most 3"]);
	assert.deepEqual(goalTexts(null, en), []);
});

test("the table has every kind of goal once", () => {
	assert.deepEqual(GOALS.map(({ kind }) => kind), PARTS.map(({ kind }) => kind));
});

test("only goals that have a meaning for the problem are offered", () => {
	const lacking = (/** @type {string} */ problem) => GOALS.filter((goal) => !appliesTo(goal, problem)).map(({ kind }) => kind);
	assert.deepEqual(lacking("classification"), []);
	assert.deepEqual(lacking("multiclass"), []);
	assert.deepEqual(lacking("regression"), ["accuracy_at_least"]);
	assert.deepEqual(lacking("images"), ["most_neurons", "only_features"]);
});

test("entered values are parsed, and nonsense is refused", () => {
	const parse = (/** @type {GoalName} */ kind, /** @type {any} */ entered) => GOALS.find((each) => each.kind === kind)?.parse(entered);
	assert.equal(parse("accuracy_at_least", 95), 0.95);
	assert.equal(parse("accuracy_at_least", 120), undefined);
	for (const entered of [NaN, -1]) assert.equal(parse("test_loss_at_most", entered), undefined);
	assert.equal(parse("most_neurons", 1.5), undefined);
	assert.equal(parse("only_features", []), undefined);
	assert.deepEqual(parse("fresh", { runs: 5, solved: 4, epochs: 300 }), { runs: 5, solved: 4, epochs: 300 });
	assert.equal(parse("fresh", { runs: 5, solved: 6, epochs: 300 }), undefined);
	assert.equal(parse("fresh", { runs: 21, solved: 6, epochs: 300 }), undefined);
});
