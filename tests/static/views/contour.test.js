import assert from "node:assert/strict";
import test from "node:test";
import { joinPieces, piecesOf } from "../../../static/js/views/contour.js";

/** The decision line of sums at the cells, as the server finds it. @param {number} resolution @param {(column: number, row: number) => number} sum */
function lineOf(resolution, sum) {
	/** @type {number[]} */
	const [places, parts] = /** @type {[number[], number[]]} */ ([[], []]);
	for (let cell = 0; cell < resolution ** 2; cell += 1) {
		const [column, row] = [cell % resolution, Math.floor(cell / resolution)];
		for (const [down, x, y] of [[0, column + 1, row], [1, column, row + 1]]) {
			if (x >= resolution || y >= resolution) continue;
			const [here, there] = [sum(column, row), sum(x, y)];
			if (here > 0 === there > 0) continue;
			places.push(2 * cell + down);
			parts.push(Math.min(31, Math.floor((32 * here) / (here - there))));
		}
	}
	return { resolution, places: Uint16Array.from(places), parts: Uint8Array.from(parts) };
}

test("a straight cut is a straight line, to a fraction of a pixel", () => {
	for (const [x, y, away] of [[1, 0, 4.3], [0, 1, 7.5], [0.6, 0.8, 11], [0.99, -0.14, 3]]) {
		const pieces = piecesOf(lineOf(20, (column, row) => x * column + y * row - away), false);
		assert.ok(pieces.length > 40);
		for (let i = 0; i < pieces.length; i += 2) {
			assert.ok(Math.abs(x * pieces[i] + y * pieces[i + 1] - away) < 1 / 60, `${pieces[i]}, ${pieces[i + 1]}`);
		}
	}
});

test("without crossings there is no line", () => {
	assert.deepEqual(piecesOf(lineOf(4, () => 1), false), []);
});

test("a hill is enclosed: every end of a piece is the end of another", () => {
	const pieces = piecesOf(lineOf(9, (column, row) => 3.3 - Math.hypot(column - 4, row - 4)), false);
	const ends = new Map();
	for (let i = 0; i < pieces.length; i += 2) {
		const key = `${pieces[i]} ${pieces[i + 1]}`;
		ends.set(key, (ends.get(key) ?? 0) + 1);
	}
	assert.ok(pieces.length > 0);
	assert.deepEqual([...new Set(ends.values())], [2]);
});

test("at a saddle the shorter two pieces are drawn", () => {
	const near = piecesOf({ resolution: 2, places: Uint16Array.of(0, 1, 3, 4), parts: Uint8Array.of(3, 3, 28, 28) }, false);
	assert.equal(near.length, 8);
	const lengths = [0, 4].map((at) => Math.hypot(near[at + 2] - near[at], near[at + 3] - near[at + 1]));
	assert.ok(Math.max(...lengths) < 0.2, `${lengths}`);
});

test("where three classes meet their borders meet", () => {
	const pieces = piecesOf({ resolution: 2, places: Uint16Array.of(1, 3, 4), parts: Uint8Array.of(16, 16, 16) }, true);
	assert.equal(pieces.length, 12);
	const ends = [2, 6, 10].map((at) => pieces.slice(at, at + 2).join());
	assert.equal(new Set(ends).size, 1);
});

test("every piece stays within the grid", () => {
	for (const meets of [true, false]) {
		const pieces = piecesOf(lineOf(20, (column, row) => ((column * 7 + row * 11) % 5) - 2.2), meets);
		assert.ok(pieces.length > 0 && pieces.length % 4 === 0);
		for (const each of pieces) assert.ok(each >= 0 && each <= 19);
	}
});

test("pieces that meet become lines, closed ones too, with every piece once", () => {
	const open = [1, 0, 2, 1, 0, 0, 1, 0, 2, 1, 3, 1]; // its pieces in any order, the first in its middle
	assert.deepEqual(joinPieces(open).map((line) => line.join()), ["0,0,1,0,2,1,3,1"].map((each) => each));
	const square = [0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0];
	const [line, ...others] = joinPieces(square);
	assert.equal(others.length, 0);
	assert.equal(line.length, 10);
	assert.deepEqual(line.slice(0, 2), line.slice(-2));
	const fork = [0, 0, 1, 1, 2, 0, 1, 1, 1, 2, 1, 1];
	const pieces = joinPieces(fork).reduce((sum, { length }) => sum + length / 2 - 1, 0);
	assert.equal(pieces, 3);
	assert.deepEqual(joinPieces([]), []);
});
