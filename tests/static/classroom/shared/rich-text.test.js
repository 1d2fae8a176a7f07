import assert from "node:assert/strict";
import test from "node:test";
import { parseLine, parseText } from "../../../../static/js/classroom/shared/rich-text.js";

const kinds = (/** @type {string} */ line) => parseLine(line).map(({ kind, text }) => [kind, text]);

test("bold, italic and code stand where they are marked", () => {
	assert.deepEqual(kinds("a **b** *c* `d` e"), [["text", "a "], ["strong", "b"], ["text", " "], ["em", "c"], ["text", " "], ["code", "d"], [
		"text",
		" e",
	]]);
	assert.deepEqual(kinds("用**两个**神经元，*不要*更多"), [["text", "用"], ["strong", "两个"], ["text", "神经元，"], ["em", "不要"], [
		"text",
		"更多",
	]]);
});

test("stars that mark nothing are stars", () => {
	for (const line of ["2 * 3 * 4", "x1*x2*x3", "**", "* *", "a ** b ** c", "`", "**open", "****"]) {
		assert.deepEqual(kinds(line), [["text", line]], line);
	}
});

test("markup is text like any other", () => {
	const line = '<img src=x onerror="alert(1)"> &amp; [a](javascript:alert(1))';
	assert.deepEqual(kinds(line), [["text", line]]);
	assert.deepEqual(kinds("**<b>**"), [["strong", "<b>"]]);
});

test("blank lines part paragraphs, and lines that begin with a dash are a list", () => {
	const blocks = parseText("one\ntwo\n\nthree\n- four\n-  five\r\nsix");
	assert.deepEqual(blocks.map(({ kind, lines }) => [kind, lines.length]), [["paragraph", 2], ["paragraph", 1], ["list", 2], [
		"paragraph",
		1,
	]]);
	assert.deepEqual(blocks[2].lines, [[{ kind: "text", text: "four" }], [{ kind: "text", text: "five" }]]);
});

test("no text gives no blocks, and a long one is read at once", () => {
	assert.deepEqual(parseText(" \n\n "), []);
	assert.equal(parseText("*".repeat(20_000)).length, 1);
	assert.equal(parseText("**a ".repeat(5_000)).length, 1);
});
