import assert from "node:assert/strict";
import test from "node:test";
import { upscale } from "../../../../static/js/classroom/teacher/upscale.js";

test("what is even stays even", () => {
	assert.ok(upscale(new Int8Array(16).fill(-127), 4, 4).every((each) => each === -127));
});

test("a slope has all steps between, in the same places", () => {
	const slope = Int8Array.from({ length: 64 }, (_, index) => (index % 8) * 10);
	const refined = upscale(slope, 8, 2);
	assert.equal(refined.length, 256);
	const row = [...refined.subarray(64, 80)];
	assert.deepEqual(row, [...row].sort((a, b) => a - b));
	assert.deepEqual(row.slice(4, 8), [18, 23, 28, 33]); // a quarter of a cell to either side of 20 and 30
});

test("steep edges stay within what there is", () => {
	const refined = upscale(Int8Array.from({ length: 64 }, (_, index) => (index % 8 < 4 ? -127 : 127)), 8, 4);
	assert.equal(Math.min(...refined), -127);
	assert.equal(Math.max(...refined), 127);
});
