import assert from "node:assert/strict";
import test from "node:test";
import { borders, contour } from "../../../static/js/views/contour.js";

test("a slope is crossed by a straight line", () => {
	const row = [-10, 0, 10];
	const pieces = contour(Int8Array.from([...row, ...row, ...row]), 3, 5);
	assert.equal(pieces.length, 2 * 4);
	for (let i = 0; i < pieces.length; i += 2) assert.equal(pieces[i], 1.5);
});

test("a flat picture has no line", () => {
	assert.deepEqual(contour(new Int8Array(16), 4, 0), []);
	assert.deepEqual(contour(new Int8Array(16).fill(5), 4, 0), []);
});

test("a hill is enclosed: every end of a piece is the end of another", () => {
	const values = Int8Array.from({ length: 25 }, (_, at) => 12 - 8 * (Math.abs((at % 5) - 2) + Math.abs(Math.floor(at / 5) - 2)));
	const pieces = contour(values, 5, 0);
	const ends = new Map();
	for (let i = 0; i < pieces.length; i += 2) {
		const key = `${pieces[i].toFixed(6)} ${pieces[i + 1].toFixed(6)}`;
		ends.set(key, (ends.get(key) ?? 0) + 1);
	}
	assert.ok(pieces.length > 0);
	assert.deepEqual([...new Set(ends.values())], [2]);
});

test("at a saddle each piece cuts off one of the corners that are above", () => {
	const above = { "1,-1,-1,1": ["0.25 0.25", "0.75 0.75"], "-1,1,1,-1": ["0.75 0.25", "0.25 0.75"] };
	for (const [corners, wanted] of Object.entries(above)) {
		const pieces = contour(Int8Array.from(corners.split(","), Number), 2, 0);
		const middles = [0, 4].map((at) => `${(pieces[at] + pieces[at + 2]) / 2} ${(pieces[at + 1] + pieces[at + 3]) / 2}`);
		assert.deepEqual(middles, wanted);
	}
});

const winner = (/** @type {number} */ index, level = 31) => (index << 5) | level;

test("one class everywhere has no border", () => {
	assert.deepEqual(borders(Uint8Array.of(winner(3, 1), winner(3), winner(3, 9), winner(3)), 2), []);
});

test("a border between two classes that are as sure runs half-way", () => {
	assert.deepEqual(borders(Uint8Array.of(winner(0), winner(1), winner(0), winner(1)), 2), [0.5, 0, 0.5, 1]);
});

/** Winners on both sides of a line through the plane. @param {(x: number, y: number) => number} above */
const halves = (above, size = 20) =>
	Uint8Array.from({ length: size * size }, (_, at) => {
		const distance = above(at % size, Math.floor(at / size));
		return winner(distance > 0 ? 0 : 1, Math.min(31, Math.round(Math.abs(distance) * 3)));
	});

test("a slanting border is a line, not steps", () => {
	for (const slope of [0.2, 0.5, 0.77, 1]) {
		const pieces = borders(halves((x, y) => y - slope * (x - 9.3) - 9.6), 20);
		for (let i = 0; i < pieces.length; i += 2) {
			const [x, y] = [pieces[i], pieces[i + 1]];
			if (x < 3 || x > 16 || y < 3 || y > 16) continue;
			assert.ok(Math.abs(y - slope * (x - 9.3) - 9.6) / Math.hypot(1, slope) < 0.25, `${slope}: ${x}, ${y}`);
		}
	}
});

test("where three classes meet their borders meet", () => {
	const pieces = borders(Uint8Array.of(winner(0), winner(0), winner(1), winner(2)), 2);
	assert.equal(pieces.length, 12);
	const ends = [2, 6, 10].map((at) => pieces.slice(at, at + 2).join());
	assert.equal(new Set(ends).size, 1);
});

test("every border stays within the grid, between the cells that it parts", () => {
	const winners = Uint8Array.from({ length: 400 }, (_, index) => winner((index * 7) % 5, (index * 11) % 32));
	const pieces = borders(winners, 20);
	assert.ok(pieces.length > 0 && pieces.length % 4 === 0);
	for (const each of pieces) assert.ok(each >= 0 && each <= 19);
});
