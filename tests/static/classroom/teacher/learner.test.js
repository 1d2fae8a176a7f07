import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { factsOf } from "../../../../static/js/classroom/teacher/learner.js";
import { createI18n } from "../../../../static/js/ui/i18n.js";
import { ROOT } from "../../support/facts.js";

const en = createI18n({ locale: "en", words: JSON.parse(readFileSync(join(ROOT, "static/i18n/en.json"), "utf8")) });
const SEAT = /** @type {Seat} */ ({ shape: [2, 4, 1], weights: 17, differs: {}, progress: null, hand_in: null });
const HAND_IN = /** @type {HandIn} */ ({ reached: true, checking: null, fresh: null, score: 0.02, counted_epochs: 30 });

test("the facts begin with the shape, and leave out seeds and what is shown already", () => {
	const differs = { learning_rate: 0.1, data_seed: 5, hidden_layers: [4] };
	assert.deepEqual(factsOf({ ...SEAT, differs }, en), [["Layers", "4 neurons · 17 weights and biases"], ["Learning rate", "0.1"]]);
});

test("every part of the goal says whether it is reached", () => {
	const part = /** @type {GoalPart} */ ({ kind: "most_neurons", wanted: 3, value: 4, met: false });
	const rows = factsOf({ ...SEAT, progress: { reached: false, parts: [part] } }, en);
	assert.deepEqual(rows.at(-1), ["Hidden neurons: at most 3", "not reached"]);
});

test("a hand-in tells of its fresh runs, under way or done", () => {
	const last = (/** @type {Partial<HandIn>} */ more) => factsOf({ ...SEAT, hand_in: { ...HAND_IN, ...more } }, en).at(-2)?.[1];
	assert.equal(last({}), "reached");
	assert.deepEqual(factsOf({ ...SEAT, hand_in: HAND_IN, attempts: 3 }, en).slice(-2), [
		["Best score", "0.0200 · epoch 30"],
		["Attempts", "3 attempts; the best counts"],
	]);
	assert.equal(last({ checking: { done: 3, of: 10 } }), "reached · checking fresh runs: 3 of 10");
	assert.equal(last({ reached: false, fresh: { solved: 2, of: 5 } }), "not reached · 2 of 5 fresh runs");
	const lesson = /** @type {LessonProgress} */ ({ reached: 4, checks: 7 });
	const row = (/** @type {LessonProgress} */ given) =>
		factsOf({ ...SEAT, lesson, hand_in: { ...HAND_IN, reached: false, lesson: given } }, en).at(-2);
	assert.deepEqual(row({ ...lesson, reached: 3 }), ["Handed in", "3 of 7 checks"]);
	assert.deepEqual(row({ ...lesson, reached: 0, checks: 0 }), ["Handed in", "no checks"]);
});
