import assert from "node:assert/strict";
import test from "node:test";
import { decodePoints, encodePoints } from "../../../static/js/link/point-code.js";
import { createRandom } from "../support/random.js";

const PROBLEMS = ["classification", "multiclass", "regression"];

/** @param {ReturnType<typeof createRandom>} random @param {string} problem @param {number} count @param {number} [span] @param {number} [height] */
function anyPoints(random, problem, count, span = 6, height = 1) {
	const across = () => (random.next() * 2 - 1) * span;
	const target = () =>
		({ classification: random.pick([-1, 1]), multiclass: random.below(8), regression: (random.next() * 2 - 1) * height })[problem] ?? 0;
	return Array.from({ length: count }, () => [across(), across(), target()]);
}

test("points come back where they were, and their classes exactly", () => {
	const random = createRandom(11);
	for (const problem of PROBLEMS) {
		for (const [span, height] of [[6, 1], [6, 30], [40, 1], [1000, 1000]]) {
			const points = anyPoints(random, problem, 2 + random.below(50), span, height);
			const read = decodePoints(encodePoints(points, problem), problem, 8) ?? [];
			assert.equal(read.length, points.length);
			read.forEach(([x1, x2, target], index) => {
				assert.ok(Math.abs(x1 - points[index][0]) <= span / 2000, `${problem} x1`);
				assert.ok(Math.abs(x2 - points[index][1]) <= span / 2000, `${problem} x2`);
				if (problem === "regression") assert.ok(Math.abs(target - points[index][2]) <= height / 2000);
				else assert.equal(target, points[index][2]);
			});
		}
	}
});

test("what was read is written the same again", () => {
	const random = createRandom(12);
	for (let round = 0; round < 300; round += 1) {
		const problem = random.pick(PROBLEMS);
		const text = encodePoints(anyPoints(random, problem, 2 + random.below(20), random.pick([6, 6, 50]), random.pick([1, 9])), problem);
		const read = decodePoints(text, problem, 8);
		assert.ok(read);
		const again = encodePoints(read, problem);
		assert.deepEqual(decodePoints(again, problem, 8), read);
		assert.match(text, /^(\d+,\d+~)?[\w-]+$/);
	}
});

test("zero, the ends of the plane and of the usual targets are exact", () => {
	const points = [[0, 6, -1], [-6, 0, 1], [6, -6, 0]];
	assert.deepEqual(decodePoints(encodePoints(points, "regression"), "regression", 2), points);
});

test("places of two decimals come back as they are", () => {
	const random = createRandom(13);
	const hundredth = (/** @type {number} */ span) => (random.below(200 * span + 1) - 100 * span) / 100;
	for (const problem of ["classification", "regression"]) {
		const points = Array.from({ length: 1000 }, () => [hundredth(6), hundredth(6), problem === "regression" ? hundredth(1) : 1]);
		assert.deepEqual(decodePoints(encodePoints(points, problem), problem, 2), points);
	}
});

test("a point takes five letters, six in regression", () => {
	const points = [[1, 2, 1], [3, 4, -1]];
	assert.equal(encodePoints(points, "classification").length, 10);
	assert.equal(encodePoints([[1, 2, 0], [3, 4, 7]], "multiclass").length, 10);
	assert.equal(encodePoints(points, "regression").length, 12);
});

test("anything else gives nothing", () => {
	const good = encodePoints([[1, 2, 1], [3, 4, -1]], "classification");
	for (
		const text of [
			...[
				"",
				"A",
				good.slice(5),
				good.slice(1),
				`${good}A`,
				`${good.slice(0, -1)}!`,
				`${good.slice(0, -1)}é`,
				good.repeat(501),
				"~",
				"1,~",
				`1e9,1~${good}`,
			],
			...[`2000,1~${good}`, `6,1,1~${good}`, `-6,1~${good}`, `${good.slice(0, -1)}C`],
		]
	) {
		assert.equal(decodePoints(text, "classification", 3), null, text.slice(0, 30));
	}
	assert.equal(decodePoints(good.repeat(500), "classification", 3)?.length, 1000);
});

test("a class that is not there is refused", () => {
	const text = encodePoints([[1, 2, 0], [3, 4, 4]], "multiclass");
	assert.equal(decodePoints(text, "multiclass", 4), null);
	assert.equal(decodePoints(text, "multiclass", 5)?.length, 2);
});
