import assert from "node:assert/strict";
import test from "node:test";
import { languageName, parseLessonFiles } from "../../../../static/js/classroom/teacher/lesson-files.js";

const of = (/** @type {string[]} */ names, locale = "en") =>
	parseLessonFiles(names.map((name) => ({ name, text: `text of ${name}` })), locale);

test("the names of files tell the lesson's name and languages", () => {
	assert.deepEqual(of(["circle.en.md", "circle.zh-TW.md"], "zh-CN"), {
		name: "circle",
		texts: { en: "text of circle.en.md", "zh-TW": "text of circle.zh-TW.md" },
		files: { en: "circle.en.md", "zh-TW": "circle.zh-TW.md" },
		problem: null,
	});
	const alone = of(["zh-CN.md"]);
	assert.deepEqual([alone.name, alone.files, alone.problem], ["lesson", { "zh-CN": "zh-CN.md" }, null]);
	const plain = of(["我的课.md"], "zh-CN");
	assert.deepEqual([plain.name, plain.files, plain.problem], ["我的课", { "zh-CN": "我的课.md" }, null]);
	assert.deepEqual(of(["en.md", "circle.zh-CN.md"]).name, "circle");
	assert.deepEqual(of(["circle.EN.md", "circle.zh_tw.md"]).files, { en: "circle.EN.md", "zh-TW": "circle.zh_tw.md" });
});

test("a second download or a copy is for the language that it says", () => {
	for (const mark of [" (1)", "(2)", "（1）", " 2", " copy", " - Copy", " - Copy (2)", " - 副本", " 副本", " - 複製", " 拷貝"]) {
		const found = of(["too-fast.en.md", `too-fast.zh-CN${mark}.md`]);
		assert.deepEqual([found.name, found.problem], ["too-fast", null], mark);
		assert.deepEqual(found.files, { en: "too-fast.en.md", "zh-CN": `too-fast.zh-CN${mark}.md` }, mark);
	}
	const { name, problem } = of(["too-fast (1).en.md", "too-fast.zh-CN.md"]);
	assert.deepEqual([name, problem], ["too-fast", null]);
	assert.equal(of(["lesson-2.en.md"]).name, "lesson-2");
	assert.equal(of(["a.zh-CN.md", "a.zh-CN (1).md"]).problem?.values.second, "a.zh-CN (1).md");
	assert.equal(of(["(1).md"]).name, "(1)");
});

test("two files for one language are told by their names", () => {
	const values = { first: "circle.en.md", second: "en.md", language: "English" };
	assert.deepEqual(of(["circle.en.md", "en.md"]).problem, { key: "task.lesson.sameLanguage", values });
	const unknown = of(["circle.zh-CN.md", "circle.zh.md"], "zh-CN").problem;
	assert.deepEqual([unknown?.key, unknown?.values.second], ["task.lesson.sameLanguage", "circle.zh.md"]);
});

test("languages are called as the page calls them", () => {
	assert.deepEqual(["en", "zh-CN", "zh-TW"].map((code) => languageName(code, "zh-CN")), ["英语", "简体中文", "繁体中文"]);
	assert.equal(languageName("zh-TW", "en"), "Traditional Chinese");
});

test("files of two lessons are not one", () => {
	const values = { first: "circle.en.md", second: "xor.zh-CN.md" };
	assert.deepEqual(of(["circle.en.md", "xor.zh-CN.md"]).problem, { key: "task.lesson.twoLessons", values });
});
