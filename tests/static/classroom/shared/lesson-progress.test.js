import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { countsChecks, isComplete, progressText, shortTexts } from "../../../../static/js/classroom/shared/lesson-progress.js";
import { createI18n } from "../../../../static/js/ui/i18n.js";
import { ROOT } from "../../support/facts.js";

const i18n = (/** @type {string} */ locale) =>
	createI18n({ locale, words: JSON.parse(readFileSync(join(ROOT, `static/i18n/${locale}.json`), "utf8")) });
const [en, zh] = ["en", "zh-CN"].map(i18n);
const LESSON = { lesson: "xor", since: 1, step: 3, steps: 6, reached: 4, checks: 7, finished: false, by_step: [] };

test("a tile tells steps and checks in few words, a narrow one in figures", () => {
	assert.deepEqual(shortTexts(LESSON, en), { words: "Step 3/6 · ✓\u20094/7", figures: "3/6 ✓\u20094/7" });
	assert.deepEqual(shortTexts({ ...LESSON, step: 0, reached: 0 }, en), { words: "Not opened · ✓\u20090/7", figures: "– ✓\u20090/7" });
	assert.deepEqual(shortTexts({ ...LESSON, checks: 0 }, en), { words: "Step 3/6", figures: "3/6" });
});

test("in words it is told whether the lesson is finished, which is not the same as all checks", () => {
	assert.equal(progressText(LESSON, en), "Step 3 of 6 · 4 of 7 checks");
	assert.equal(progressText({ ...LESSON, step: 6, finished: true }, en), "Step 6 of 6 · 4 of 7 checks · Finished");
	assert.equal(progressText(LESSON, zh), "第 3 步，共 6 步 · 检查通过 4/7");
});

test("a lesson is complete with all of its checks; one without any never is", () => {
	assert.deepEqual([LESSON, { ...LESSON, reached: 7 }, { ...LESSON, reached: 0, checks: 0 }, null].map(isComplete), [
		false,
		true,
		false,
		false,
	]);
});

test("where the task has a goal of its own, that counts", () => {
	assert.equal(countsChecks({ lesson: LESSON, progress: null }), true);
	assert.equal(countsChecks({ lesson: LESSON, progress: { reached: false, parts: [] } }), false);
	assert.equal(countsChecks({ lesson: null, progress: null }), false);
});
