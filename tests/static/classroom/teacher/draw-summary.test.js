import assert from "node:assert/strict";
import test from "node:test";
import { commonest, panelsOf } from "../../../../static/js/classroom/teacher/draw-summary.js";

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
	assert.equal(commonest([{ label: "a", count: 1 }], "x").length, 1);
});
