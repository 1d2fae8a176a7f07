import assert from "node:assert/strict";
import test from "node:test";
import { faultText, taskOf } from "../../../../static/js/classroom/teacher/task-lessons.js";
import { createI18n } from "../../../../static/js/ui/i18n.js";

test("a lesson becomes a task that names it", () => {
	const lesson = {
		name: "neuron",
		title: "What a neuron does",
		summary: "One line.",
		steps: 4,
		language: "en",
		languages: ["en"],
		available: true,
		install: null,
	};
	const task = taskOf(lesson);
	assert.deepEqual([task.title, task.text, task.lesson, task.goal], ["What a neuron does", "One line.", "neuron", null]);
});

test("a fault is told in the page's language, with what was expected", () => {
	const words = {
		"task.lesson.fault": "{file} 第 {line} 行：{reason}",
		"lesson.fault.value": "{key}：应为 {expected}，实际是 {got}。",
		"lesson.fault.hinted": "{reason}{hint}",
		"lesson.hint.did_you_mean": "是不是想写 {names}？",
		"lesson.phrase.at_most": "至多 {n}",
	};
	const i18n = createI18n({ locale: "zh-CN", words });
	const values = { key: "setup.noise", expected: "at most 80", got: "200" };
	const phrases = { expected: { code: "at_most", values: { n: "80" } } };
	const fault = { file: "zh-CN.md", line: 12, code: "value", values, phrases, hint: null, hides: true };
	assert.equal(faultText(fault, i18n), "zh-CN.md 第 12 行：setup.noise：应为 至多 80，实际是 200。");
	const hint = { code: "did_you_mean", values: { names: "80" } };
	assert.equal(faultText({ ...fault, hint }, i18n), "zh-CN.md 第 12 行：setup.noise：应为 至多 80，实际是 200。是不是想写 80？");
});
