import assert from "node:assert/strict";
import test from "node:test";
import { countGestures } from "../../../static/js/app/gestures.js";

function createPage() {
	const page = new EventTarget();
	const gesture = countGestures(page);
	/** The number of the gesture in which an event falls. */
	const at = (/** @type {string} */ kind, given = {}) => {
		page.dispatchEvent(Object.assign(new Event(kind), given));
		return gesture();
	};
	return { at };
}

test("each press of the pointer is a gesture, which lasts until the next", () => {
	const { at } = createPage();
	const first = at("pointerdown");
	assert.equal(at("pointermove"), first);
	assert.equal(at("click", { detail: 1 }), first);
	assert.notEqual(at("pointerdown"), first);
});

test("a key is one gesture as long as it is held", () => {
	const { at } = createPage();
	const first = at("keydown", { repeat: false });
	assert.equal(at("keydown", { repeat: true }), first);
	assert.notEqual(at("keydown", { repeat: false }), first);
});

test("a press by a screen reader, without a pointer, is a gesture", () => {
	const { at } = createPage();
	assert.notEqual(at("click", { detail: 0 }), at("click", { detail: 0 }));
});
