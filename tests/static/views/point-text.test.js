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

const COLUMNS = {
	x1: { name: "length", offset: 3.25, factor: 2.703 },
	x2: { name: "width", offset: 1050, factor: 0.0059 },
	target: null,
	classes: ["setosa", "iris, blue"],
};
const UNITS = { columns: COLUMNS, problem: "classification" };

test("points from a table are written and read in its units, with the names of its classes", () => {
	const points = [[-5.00055, 2.500001, -1], [0, 0, 1], [1.234567, -3.3, 1]];
	const text = writePoints(points, UNITS);
	assert.deepEqual(text.split("\n").slice(0, 2), ["1.4, 1473.729, setosa", "3.25, 1050, iris, blue"]);
	assert.deepEqual(readPoints(text, two, UNITS), { points });
	assert.deepEqual(readPoints("length;width;kind\n3,25;1050;iris, blue\n3,25\t1050\tsetosa", two, UNITS), {
		points: [[0, 0, 1], [0, 0, -1]],
	});
	assert.deepEqual(readPoints("3.25 1050 setosa\n3.25,1050,setosa", two, UNITS).points.length, 2);
	assert.deepEqual(readPoints("3.25,1050,setosa\n3.25,1050,rose", two, UNITS), { fault: "target", line: 2, text: "3.25,1050,rose" });
	assert.deepEqual(readPoints("3.25,1050,setosa\n3.25,wide,setosa", two, UNITS).fault, "numbers");
	assert.deepEqual(readPoints("3.25,1050,setosa\n3.25,9e9,setosa", two, UNITS).fault, "range");
	const several = { ...UNITS, problem: "multiclass" };
	assert.deepEqual(readPoints(writePoints([[0, 0, 0], [0, 0, 1]], several), any, several), { points: [[0, 0, 0], [0, 0, 1]] });
});

test("targets of a regression are read in the units of their column", () => {
	const units = { problem: "regression", columns: { ...COLUMNS, classes: [], target: { name: "price", offset: 2000, factor: 0.001 } } };
	assert.equal(writePoints([[0, 0, 0.5]], units), "3.25, 1050, 2500");
	assert.deepEqual(readPoints("3.25, 1050, 2500\n3.25, 1050, 1000", any, units), { points: [[0, 0, 0.5], [0, 0, -1]] });
	assert.equal(readPoints("3.25, 1050, 2500, 1\n3.25, 1050, 1000", any, units).fault, "numbers");
});

test("points that are not shown are counted, and the first is named", () => {
	assert.deepEqual(readPoints("1,1,1\n7,0,1\n0,-90,-1", two).outside, { count: 2, line: 2, text: "7,0,1" });
	assert.equal(readPoints("6,6,1\n-6,0,1", two).outside, undefined);
});
