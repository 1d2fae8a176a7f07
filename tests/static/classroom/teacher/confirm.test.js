import assert from "node:assert/strict";
import test from "node:test";
import { resetWarnings } from "../../../../static/js/classroom/teacher/confirm.js";
import { keysAsTexts } from "../../support/dom.js";

const texts = (/** @type {{hand_in?: object, counted_epochs: number}[]} */ learners) => {
	const seats = learners.map((each, seat) => ({ seat: String(seat), hand_in: each.hand_in ?? null }));
	const get = (/** @type {string} */ seat) => learners[Number(seat)];
	return resetWarnings(/** @type {any} */ ({ room: { seats }, learners: { get } }), keysAsTexts()).map((text) => text.split(" ")[0]);
};

test("before all start anew the teacher learns what is lost and what stays", () => {
	assert.deepEqual(texts([{ counted_epochs: 0 }]), ["teach.anew.text"]);
	assert.deepEqual(texts([{ counted_epochs: 0 }, { counted_epochs: 3 }]), ["teach.anew.text", "teach.anew.trained"]);
	assert.deepEqual(texts([{ counted_epochs: 3, hand_in: {} }]), ["teach.anew.text", "teach.anew.trained", "teach.anew.kept"]);
});
