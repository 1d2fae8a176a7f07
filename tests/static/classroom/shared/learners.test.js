import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";
import { createLearners, decodeWall, inflate, mergeUpdate, thinCurve } from "../../../../static/js/classroom/shared/learners.js";

/** An update as the server sends it. @param {any} said @param {number[][]} pictures */
function packed(said, pictures) {
	const text = new TextEncoder().encode(JSON.stringify(said));
	const plain = new Uint8Array(4 + text.length + pictures.reduce((sum, each) => sum + each.length, 0));
	new DataView(plain.buffer).setUint32(0, text.length, true);
	plain.set(text, 4);
	let at = 4 + text.length;
	for (const each of pictures) {
		plain.set(each, at);
		at += each.length;
	}
	return plain.buffer;
}
const learner = { seat: "a", counted_epochs: 1, score: 0.5, picture: null };

test("an update is inflated and read, whichever pictures come", async () => {
	const said = {
		resolution: 2,
		learners: [learner, { seat: "b", picture: 1, classes: true, scale: 1 }, { seat: "名", picture: 0, classes: false, scale: 0.5 }],
	};
	const sent = deflateSync(new Uint8Array(packed(said, [[1, 255, 3, 4], [40, 200, 7, 8]])));
	const bytes = sent.buffer.slice(sent.byteOffset, sent.byteOffset + sent.byteLength);
	const [none, classes, numbers] = decodeWall(await inflate(/** @type {ArrayBuffer} */ (bytes)));
	assert.equal(none.picture, null);
	assert.deepEqual({ ...classes.picture, values: [...classes.picture.values] }, {
		values: [40, 200, 7, 8],
		resolution: 2,
		classes: true,
		scale: 1,
	});
	assert.deepEqual({ ...numbers.picture, values: [...numbers.picture.values] }, {
		values: [1, -1, 3, 4],
		resolution: 2,
		classes: false,
		scale: 0.5,
	});
});

test("a confusion matrix is a picture of the shares of its rows", () => {
	const [{ picture }] = decodeWall(packed({ resolution: 2, learners: [{ seat: "a", picture: null, confusion: [3, 1, 0, 0] }] }, []));
	assert.deepEqual([...(picture?.values ?? [])], [95, 31, 0, 0], "a digit of which there is none has no share");
	assert.deepEqual([picture?.resolution, picture?.matrix], [2, true]);
});

test("a picture that is cut off is refused", () => {
	assert.throws(() => decodeWall(packed({ resolution: 3, learners: [{ seat: "a", picture: 0 }] }, [[1, 2]])), RangeError);
});

test("the curve grows with the epochs, and begins anew with a new training", () => {
	let known = mergeUpdate(undefined, { ...learner, curve: [[0, 0.6], [1, null]] }, 0);
	known = mergeUpdate(known, { ...learner, counted_epochs: 2, score: 0.4 }, 1);
	known = mergeUpdate(known, { ...learner, counted_epochs: 2, score: 0.4 }, 2);
	known = mergeUpdate(known, { ...learner, counted_epochs: 3, score: null }, 3);
	assert.deepEqual(known.curve, [[0, 0.6], [1, 0.5], [2, 0.4]]);
	assert.equal(known.best, 0.4);
	known = mergeUpdate(known, { ...learner, counted_epochs: 0, score: 0.7 }, 4);
	assert.deepEqual([known.curve, known.best, known.improved], [[[0, 0.7]], 0.7, 4]);
});

test("epochs that changes of the points cut off are epochs of the curve", () => {
	let known = mergeUpdate(undefined, { ...learner, epoch: 0, counted_epochs: 1 }, 0);
	for (const counted of [2, 3]) {
		known = mergeUpdate(known, { ...learner, epoch: 0, counted_epochs: counted, score: 0.5 / counted }, counted);
	}
	assert.deepEqual(known.curve.map(([epoch]) => epoch), [1, 2, 3]);
	assert.equal(known.improved, 3);
});

test("only what is clearly better counts as getting better", () => {
	let known = mergeUpdate(undefined, learner, 0);
	known = mergeUpdate(known, { ...learner, counted_epochs: 2, score: 0.4999 }, 1000);
	assert.equal(known.improved, 0);
	known = mergeUpdate(known, { ...learner, counted_epochs: 3, score: 0.4 }, 2000);
	assert.equal(known.improved, 2000);
});

test("a picture stays until another one comes", () => {
	const picture = { values: new Int8Array(4), resolution: 2, classes: false, scale: 1 };
	const known = mergeUpdate(undefined, { ...learner, picture }, 0);
	assert.equal(mergeUpdate(known, { ...learner, counted_epochs: 2 }, 1).picture, picture);
});

test("a long curve keeps its ends", () => {
	const curve = Array.from({ length: 200 }, (_, index) => /** @type {[number, number]} */ ([index, 1]));
	const few = thinCurve(curve);
	assert.ok(few.length <= 101);
	assert.deepEqual([few[0][0], few[few.length - 1][0]], [0, 199]);
});

test("who is gone is forgotten", () => {
	const learners = createLearners(() => 0);
	learners.receive([learner, { ...learner, seat: "b" }]);
	learners.retain(new Set(["b"]));
	assert.equal(learners.get("a"), undefined);
	assert.ok(learners.get("b"));
});
