import assert from "node:assert/strict";
import test from "node:test";
import { contour } from "../../../static/js/views/contour.js";

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
