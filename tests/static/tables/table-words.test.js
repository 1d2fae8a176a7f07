import assert from "node:assert/strict";
import test from "node:test";
import { fallbackFor, previewPath } from "../../../static/js/tables/file.js";
import { faultText, formText, hintText, reasonText } from "../../../static/js/tables/table-words.js";
import { inputsText, scalingText } from "../../../static/js/ui/scaling-text.js";
import { createI18n } from "../../../static/js/ui/i18n.js";
import { LOCALES, wordsOf } from "../support/words.js";

const languages = LOCALES.map((locale) => createI18n({ locale, words: wordsOf(locale) }));
const [en] = languages;

test("a bad line is named with its column, what was expected and what stands there", () => {
	const fault = { line: 7, column: "width", code: "number", value: "four", count: null };
	assert.equal(faultText(en, fault), "Line 7, width: expected a number, found “four”");
	assert.equal(faultText(en, { ...fault, value: "" }), "Line 7, width: expected a number, found nothing");
	assert.equal(faultText(en, { ...fault, column: null, code: "cells", value: "2", count: 3 }), "Line 7: expected 3 cells, found 2");
	assert.equal(faultText(en, { ...fault, column: null, code: "quotes" }), "Line 7: expected the quotation mark to be closed");
	for (const i18n of languages) {
		for (const code of ["number", "large", "label", "cells", "quotes"]) assert.ok(i18n.has(`table.expected.${code}`), code);
	}
});

test("what is remarkable in a column is told with the place and the value", () => {
	const hint = { code: "not_numbers", column: "width", count: 3, total: 40, line: 7, value: "n/a", share: null, text: "English" };
	assert.equal(hintText(en, hint), "width: 3 of 40 cells are not numbers, such as “n/a” in line 7.");
	const outlier = { ...hint, code: "outliers", count: 1, value: "1000000", share: 0.0016 };
	assert.equal(
		hintText(en, outlier),
		"width: 1 value, 1000000 in line 7, is far from all others, which lie within 0.0016% of the axis.",
	);
	for (const code of ["not_numbers", "some_numbers", "units", "outliers", "cleaned", "shortened"]) {
		for (const i18n of languages) {
			const text = hintText(i18n, { ...hint, code });
			assert.match(text, /width.*7/s, `${i18n.locale}: ${code}`);
			assert.doesNotMatch(text, /[{}]|English|table\./, code);
		}
	}
	assert.equal(hintText(en, { ...hint, code: "of a later server" }), "English");
});

test("each reason why a table gives no points has words", () => {
	const codes = [
		"workbook",
		"binary",
		"markup",
		"json",
		"empty",
		"few_rows",
		"many_rows",
		"columns",
		"many_columns",
		"same_column",
		"one_class",
		"two_classes",
	];
	for (const code of [...codes, "many_classes", "no_numbers", "one_spot"]) {
		for (const i18n of languages) {
			const text = reasonText(i18n, { code, text: "English", values: { count: 2, most: 8, column: "a" } });
			assert.notEqual(text, "English", `${i18n.locale}: ${code}`);
			assert.doesNotMatch(text, /[{}]|table\./, code);
		}
	}
	assert.equal(reasonText(en, { code: "of a later server", text: "As it says.", values: {} }), "As it says.");
});

test("how a table is written, and how a column is scaled, is said in few words", () => {
	const found = /** @type {any} */ ({ separator: ";", decimal: ",", encoding: "gb18030", total_rows: 1200 });
	assert.equal(formText(en, found), "1,200 lines · separated by semicolons · decimal comma · GB18030");
	const column = { name: "length", offset: 3.25, factor: 2.703 };
	assert.equal(scalingText(en, "x₁", column), "x₁ = (length − 3.25) × 2.703");
	assert.equal(scalingText(en, "y", { ...column, offset: -2 }), "y = (length + 2) × 2.703");
	assert.equal(scalingText(en, "y", { ...column, offset: 0 }), "y = length × 2.703");
});

test("only what was chosen is asked for, and files of a region are decoded as its programs write them", () => {
	const nothing = {
		separator: null,
		decimal: null,
		encoding: null,
		header: null,
		x1: null,
		x2: null,
		target: null,
		problem: null,
		numbers: [],
		labels: [],
		skip_invalid: true,
		skip_outliers: false,
	};
	assert.equal(previewPath(nothing, "en"), "api/own-data/preview?encoding=windows-1252&skip_invalid=true&skip_outliers=false");
	assert.equal(
		previewPath({ ...nothing, header: false, x1: 0, problem: "regression" }, "zh-TW"),
		"api/own-data/preview?encoding=big5&header=false&x1=0&problem=regression&skip_invalid=true&skip_outliers=false",
	);
	assert.equal(
		previewPath({ ...nothing, separator: "\t", decimal: ",", encoding: "gb18030" }, "en"),
		"api/own-data/preview?encoding=gb18030&force_encoding=true&separator=%09&decimal=%2C&skip_invalid=true&skip_outliers=false",
	);
	assert.match(previewPath({ ...nothing, numbers: [1, 2], labels: [0] }, "en"), /numbers=1&numbers=2&labels=0/);
	assert.equal(fallbackFor("zh-CN"), "gb18030");
});

test("the columns of both inputs are told together, and nothing where there are none", () => {
	const column = { name: "length", offset: 0, factor: 2 };
	const columns = { x1: column, x2: { ...column, name: "width" }, target: null, classes: ["a", "b"] };
	assert.equal(inputsText(en, columns), "x₁ = length × 2; x₂ = width × 2");
	assert.equal(inputsText(en, null), "");
});
