import assert from "node:assert/strict";
import test from "node:test";
import { isWhole, readCode, showCode } from "../../../../static/js/classroom/shared/code.js";

test("a code is read as it is meant", () => {
	for (const typed of ["ABC234", "abc 234", " a-b-c 2.3.4 ", "ＡＢＣ２３４"]) assert.equal(readCode(typed), "ABC234", typed);
});

test("a code is shown in two groups", () => {
	assert.equal(showCode("abc234"), "ABC 234");
	assert.equal(showCode("ab"), "AB");
	assert.equal(showCode(""), "");
});

test("a code is whole with six letters and figures", () => {
	assert.ok(isWhole("abc 234"));
	for (const typed of ["", "abc23", "abc2345", "你好 234"]) assert.ok(!isWhole(typed), typed);
});
