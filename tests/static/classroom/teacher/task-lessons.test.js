import assert from "node:assert/strict";
import test from "node:test";
import { lessonOfFiles, taskOf } from "../../../../static/js/classroom/teacher/task-lessons.js";

test("the names of files tell the lesson's name and languages", () => {
	const file = (/** @type {string} */ name) => ({ name, text: name });
	assert.deepEqual(lessonOfFiles([file("circle.en.md"), file("circle.zh-TW.md")], "zh-CN"), {
		name: "circle",
		texts: { en: "circle.en.md", "zh-TW": "circle.zh-TW.md" },
	});
	assert.deepEqual(lessonOfFiles([file("zh-CN.md")], "en"), { name: "lesson", texts: { "zh-CN": "zh-CN.md" } });
	assert.deepEqual(lessonOfFiles([file("我的课.md")], "zh-CN"), { name: "我的课", texts: { "zh-CN": "我的课.md" } });
});

test("a lesson becomes a task that names it", () => {
	const task = taskOf({ name: "neuron", title: "What a neuron does", summary: "One line.", steps: 4, language: "en" });
	assert.deepEqual([task.title, task.text, task.lesson, task.goal], ["What a neuron does", "One line.", "neuron", null]);
});
