import assert from "node:assert/strict";
import test from "node:test";
import { panelsOf, topBars } from "../../../../static/js/classroom/teacher/draw-summary.js";

test("a class is drawn in five panels, rare ones put together", () => {
	const i18n = { t: (/** @type {string} */ key) => key, number: String, locale: "en" };
	const summary = {
		learners: 9,
		handed_in: 3,
		reached: 2,
		missed: 1,
		unknown: 0,
		architectures: Array.from({ length: 9 }, (_, index) => ({ hidden_layers: [index + 1], count: 1 })),
		activations: [{ activation: "mixed", count: 2 }],
		learning_rates: [{ learning_rate: 0.03, count: 9 }],
		losses: { edges: [0.1, 1], handed_in: [1, 1, 1], present: [3, 3, 3] },
	};
	const panels = panelsOf(summary, i18n);
	assert.equal(panels.length, 5);
	assert.deepEqual(panels[1].bars.map(({ label }) => label), ["≤ 0.1", "≤ 1", "> 1"]);
	assert.deepEqual(panels[2].bars[6], { label: "teach.summary.others", count: 3 });
	const titles = (/** @type {import("../../../../static/js/classroom/teacher/draw-summary.js").Panel} */ { bars }) =>
		bars.map(({ label, count }) => `${label.split(".").pop()} ${count}`);
	assert.deepEqual(titles(panels[0]), ["learners 9", "handedIn 3", "reached 2", "missed 1"]);
	const inLesson = { ...summary, lesson: { opened: 8, finished: 5, finished_incomplete: 2, complete: 3 } };
	assert.deepEqual(titles(panelsOf(inLesson, i18n)[0]), ["learners 9", "opened 8", "finished 5", "complete 3", "handedIn 3"]);
	assert.deepEqual(titles(panelsOf(inLesson, i18n, true)[0]), titles(panels[0]), "a task with a goal of its own counts what was handed in");
	assert.equal(topBars([{ label: "a", count: 1 }], "x").length, 1);
});
