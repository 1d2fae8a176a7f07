import assert from "node:assert/strict";
import test from "node:test";
import { fileName } from "../../../../static/js/classroom/teacher/results.js";

test("a room's name is good as a file's", () => {
	assert.equal(fileName("9b: nets / today"), "9b-nets-today");
	assert.equal(fileName("../.."), "room");
	assert.equal(fileName("九（2）班"), "九（2）班");
});
