import assert from "node:assert/strict";
import test from "node:test";
import { emptyFrameState, mergeFrame } from "../../../static/js/state/frames.js";

const point = (/** @type {number} */ epoch) => ({ epoch, train: 0.5, test: 0.5 });

test("a part that a frame does not bring stays the same object", () => {
	const first = mergeFrame(emptyFrameState(), { revision: 1, points: {}, inputs: {}, detail: {}, parameters: {} }, 1);
	const second = mergeFrame(first, { revision: 1, detail: {} }, 1);
	for (const part of ["points", "inputs", "parameters", "history"]) assert.equal(second[part], first[part], part);
	assert.notEqual(second.detail, first.detail);
});

test("the history is appended to or replaced, and never changed in place", () => {
	const first = mergeFrame(emptyFrameState(), { revision: 1, history: { replace: true, points: [point(0)] } }, 1);
	const second = mergeFrame(first, { revision: 1, history: { replace: false, points: [point(1)] } }, 1);
	assert.deepEqual(first.history.points.map(({ epoch }) => epoch), [0]);
	assert.deepEqual(second.history.points.map(({ epoch }) => epoch), [0, 1]);
	const third = mergeFrame(second, { revision: 1, history: { replace: true, points: [point(0), point(2)] } }, 1);
	assert.deepEqual(third.history.points.map(({ epoch }) => epoch), [0, 2]);
});

test("pictures of another network than the page shows are left out, data is not", () => {
	const known = mergeFrame(emptyFrameState(), { revision: 2, frame: 1, detail: { old: true }, preview: {} }, 2);
	const next = mergeFrame(known, { revision: 1, frame: 2, detail: {}, preview: {}, points: {} }, 2);
	assert.equal(next.detail, known.detail);
	assert.equal(next.preview, known.preview);
	assert.equal(next.frame.frame, 1);
	assert.notEqual(next.points, known.points);
});

test("there is one large picture: a node's, or that of the winning classes", () => {
	const first = mergeFrame(emptyFrameState(), { revision: 1, detail: {} }, 1);
	const second = mergeFrame(first, { revision: 1, classes: {} }, 1);
	assert.deepEqual([second.detail, second.classes], [null, {}]);
	const third = mergeFrame(second, { revision: 1, detail: {} }, 1);
	assert.deepEqual([third.detail, third.classes], [{}, null]);
});
