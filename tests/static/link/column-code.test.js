import assert from "node:assert/strict";
import test from "node:test";
import { decodeColumns, encodeColumns } from "../../../static/js/link/column-code.js";

const X1 = { name: "petal length, in cm", offset: 3.8, factor: 1.7 };
const X2 = { name: "花瓣~t #&=", offset: -1e-7, factor: 4.5e20 };
const PRICE = { name: "price", offset: 20, factor: 0.01 };
const read = (/** @type {string} */ text, /** @type {string} */ problem, several = 3) =>
	decodeColumns(decodeURIComponent(text), problem, several);

test("columns and names of classes come back from a link, whatever is in them", () => {
	for (
		const [problem, columns] of /** @type {const} */ ([
			["classification", { x1: X1, x2: X2, target: null, classes: ["a,b", "~c"] }],
			["multiclass", { x1: X1, x2: X2, target: null, classes: ["0", "1", "two"] }],
			["regression", { x1: X1, x2: X2, target: PRICE, classes: [] }],
			["regression", { x1: X2, x2: X1, target: null, classes: [] }],
		])
	) {
		const text = encodeColumns(/** @type {any} */ (columns));
		assert.doesNotMatch(text, /[&#= ]/);
		assert.deepEqual(read(text, problem), columns);
	}
});

test("what is no list of columns is not read", () => {
	const good = encodeColumns({ x1: X1, x2: PRICE, target: null, classes: ["a", "b"] });
	assert.ok(read(good, "classification"));
	for (
		const text of [
			"",
			"a",
			good.replace("0.01", "0"),
			good.replace("price", ""),
			good.replace(",20,", ",,"),
			`${good},c`,
			good.replace("b", "%0A"),
		]
	) {
		assert.equal(read(text, "classification"), null, text);
	}
	assert.equal(read(good, "multiclass"), null);
	assert.equal(read(good.replace("price", "a".repeat(101)), "classification"), null);
});
