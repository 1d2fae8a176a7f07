import assert from "node:assert/strict";
import test from "node:test";
import { readPoints, writePoints } from "../../../static/js/views/point-text.js";

const any = () => true;
const two = (/** @type {number} */ target) => target === 1 || target === -1;

test("what was written is read as it was", () => {
	const points = [[-1.5, 2, 1], [0, 0.25, -1]];
	assert.equal(writePoints(points), "-1.5, 2, 1\n0, 0.25, -1");
	assert.deepEqual(readPoints(writePoints(points), two), { points });
});

test("a heading, empty lines, and other ways to part numbers are understood", () => {
	const points = [[1.5, 2, 1], [-3, 4, -1]];
	for (
		const text of [
			"x1,x2,target\n1.5,2,1\n\n-3,4,-1\n",
			"1,5;2;1\r\n-3;4;-1",
			"1.5\t2\t1\n−3\t4\t−1",
			"  1.5 2 1\n-3 4 -1",
			"１．５，２，１\n-3, 4, -1",
		]
	) {
		assert.deepEqual(readPoints(text, two), { points }, text);
	}
});

test("the line that is wrong is named", () => {
	assert.deepEqual(readPoints("0,0,1\n1,1", two), { fault: "numbers", line: 2, text: "1,1" });
	assert.deepEqual(readPoints("0,0,1\n\n1,b,1", two), { fault: "numbers", line: 3, text: "1,b,1" });
	assert.deepEqual(readPoints("0,0,1\n1,,1", two), { fault: "numbers", line: 2, text: "1,,1" });
	assert.deepEqual(readPoints("0,0,1\n1,1,2", two), { fault: "target", line: 2, text: "1,1,2" });
	assert.deepEqual(readPoints("0,0,1\n1,2000,1", two), { fault: "range", line: 2, text: "1,2000,1" });
	assert.equal(readPoints("Infinity,0,1\n1,1,1", any).fault, "numbers");
});

test("there are at least two points and at most a thousand", () => {
	assert.deepEqual(readPoints("0,0,1", two), { fault: "least" });
	assert.deepEqual(readPoints("", two), { fault: "least" });
	const line = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => `${index / 1000},0,1`).join("\n");
	assert.equal(readPoints(line(1000), two).points.length, 1000);
	assert.deepEqual(readPoints(line(1001), two), { fault: "most" });
});
