import assert from "node:assert/strict";
import test from "node:test";
import { faultText, lessonTask, tagOf } from "../../../../static/js/classroom/teacher/task-lessons.js";
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
	const task = lessonTask(lesson);
	assert.deepEqual([task.title, task.text, task.lesson, task.goal], ["What a neuron does", "One line.", "neuron", null]);
});

test("lessons of one title are told apart", () => {
	const offered = (/** @type {string} */ lesson, uploaded = false) => ({
		task: { title: "Circle", text: "", config: {}, locks: [], goal: null, order: null, lesson },
		uploaded,
	});
	const [shipped, own, mine] = [offered("circle"), offered("my-circle"), offered("circle-1a2b", true)];
	const t = (/** @type {string} */ key) => key;
	assert.equal(tagOf(shipped, [shipped], t), "");
	assert.equal(tagOf(shipped, [shipped, mine], t), "circle");
	assert.equal(tagOf(mine, [mine, offered("round-00112233", true)], t), "task.lesson.tagNamed");
	assert.equal(tagOf(mine, [shipped, mine], t), "task.lesson.tag");
	assert.deepEqual([shipped, own].map((each) => tagOf(each, [shipped, own, mine], t)), ["circle", "my-circle"]);
});

test("a fault is told in the page's language, with what was expected", () => {
	const words = {
		"task.lesson.fault": "{file} 第 {line} 行：{reason}",
		"lesson.fault.value": "{key}：应为 {expected}，实际是 {got}。",
		"lesson.fault.hinted": "{reason}{hint}",
		"lesson.hint.did_you_mean": "是不是想写 {names}？",
		"lesson.phrase.at_most": "至多 {n}",
		"lesson.fault.pair": "{one}、{other}",
	};
	const i18n = createI18n({ locale: "zh-CN", words });
	const values = { key: "setup.noise", expected: "at most 80", got: "200" };
	const phrases = { expected: { code: "at_most", values: { n: "80" } } };
	const fault = { file: "zh-CN.md", line: 12, code: "value", values, phrases, hint: null, hides: true };
	assert.equal(faultText(fault, i18n), "zh-CN.md 第 12 行：setup.noise：应为 至多 80，实际是 200。");
	const hint = { code: "did_you_mean", values: { names: "80" } };
	assert.equal(faultText({ ...fault, hint }, i18n), "zh-CN.md 第 12 行：setup.noise：应为 至多 80，实际是 200。是不是想写 80？");
	const lists = { ...fault, values: { ...values, expected: "x1, x2, …", got: "a, b c" }, phrases: {} };
	assert.equal(faultText(lists, i18n), "zh-CN.md 第 12 行：setup.noise：应为 x1、x2、…，实际是 a, b c。");
});
