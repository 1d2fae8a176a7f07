import assert from "node:assert/strict";
import test from "node:test";
import { Reader, readNumber } from "../../../static/js/link/hash.js";

const WORDS = { L1: "l1" };
const read = (/** @type {string} */ hash) => new Reader(hash, WORDS);

test("numbers are decimals and nothing else", () => {
	for (const [text, number] of [["1", 1], ["-0.5", -0.5], [".5", 0.5], ["5.", 5], ["+1e-5", 1e-5], ["1E3", 1000]]) {
		assert.equal(readNumber(/** @type {string} */ (text)), number);
	}
	for (const text of ["", " ", "1 2", "0x10", "1e", "e5", ".", "Infinity", "NaN", "1,5", "１", "--1"]) {
		assert.ok(Number.isNaN(readNumber(text)), text);
	}
});

test("each part is given once, decoded and trimmed", () => {
	const reader = read("#a=1%2C2&b= x &c=a=b");
	assert.equal(reader.has("a"), true);
	assert.equal(reader.takeValue("a"), "1,2");
	assert.equal(reader.takeValue("a"), undefined);
	assert.equal(reader.takeValue("b"), "x");
	assert.equal(reader.takeValue("c"), "a=b");
	assert.deepEqual(reader.finish(), []);
});

test("what nobody took is named at the end", () => {
	const reader = read("#b=2&a=1");
	reader.takeValue("a");
	assert.deepEqual(reader.finish(), [{ key: "b", value: "2" }]);
});

test("an empty value is as good as none", () => {
	const reader = read("#a=&b=");
	assert.equal(reader.takeValue("a"), undefined);
	assert.equal(reader.flag("b"), undefined);
	assert.deepEqual(reader.finish(), []);
});

test("flags are true or false", () => {
	const reader = read("#a=true&b=false&c=1");
	assert.deepEqual([reader.flag("a"), reader.flag("b"), reader.flag("c")], [true, false, undefined]);
	assert.deepEqual(reader.finish(), [{ key: "c", value: "1" }]);
});

test("numbers keep to their bounds and kind", () => {
	const field = { type: "integer", minimum: 1, maximum: 10 };
	for (const [text, wanted] of [["1", 1], ["10", 10], ["1e1", 10], ["11", undefined], ["0", undefined], ["2.5", undefined]]) {
		assert.equal(read(`#n=${text}`).number("n", field), wanted, String(text));
	}
	const open = { type: "number", exclusive_minimum: 0 };
	assert.equal(read("#n=0").number("n", open), undefined);
	assert.equal(read("#n=1e-300").number("n", open), 1e-300);
	assert.equal(read("#n=1e999").number("n", open), undefined);
});

test("choices are ours or the link's word for ours", () => {
	for (const [text, wanted] of [["L1", "l1"], ["l1", "l1"], ["none", "none"], ["toString", undefined], ["L2", undefined]]) {
		assert.equal(read(`#r=${text}`).choice("r", ["none", "l1"]), wanted);
	}
});

test("what is named is short, told once, and not endless", () => {
	const long = "x".repeat(1000);
	assert.deepEqual(read(`#${long}=${long}`).finish(), [{ key: `${"x".repeat(40)}…`, value: `${"x".repeat(40)}…` }]);
	assert.deepEqual(read("#a&a&a").finish(), [{ key: "a", value: "" }]);
	const many = Array.from({ length: 1000 }, (_, index) => `k${index}=1`).join("&");
	const problems = read(`#${many}`).finish();
	assert.equal(problems.length, 20);
	assert.equal(problems[0].key, "…");
});
