import assert from "node:assert/strict";
import test from "node:test";
import { actionOf, keysShown, listenToKeys, SHORTCUTS } from "../../../static/js/app/keyboard.js";

/** A key press on an element that lies within these, each the beginning of a selector's part. */
function press(key, within = [], modifiers = {}) {
	const target = { closest: (selector) => (selector.split(",").some((part) => within.includes(part.trim())) ? {} : null) };
	return actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, target, ...modifiers });
}

test("each key asks for its action", () => {
	for (const { keys, action } of SHORTCUTS) for (const key of keys) assert.equal(press(key), action, key);
	assert.equal(press("S"), "stepEpoch");
	assert.equal(press("x"), null);
	assert.equal(press("Enter"), null);
});

test("what a link hides does nothing by its key, and is not listed", () => {
	/** @type {string[]} */
	const done = [];
	const document = new EventTarget();
	Object.assign(globalThis, { document });
	const hidden = new Set(["playButton", "speed"]);
	listenToKeys({ play: () => done.push("play"), faster: () => done.push("faster"), reset: () => done.push("reset") }, () => hidden);
	const keys = { ctrlKey: false, metaKey: false, altKey: false };
	for (const key of [" ", "+", "r"]) document.dispatchEvent(Object.assign(new Event("keydown"), { ...keys, key }));
	Reflect.deleteProperty(globalThis, "document");
	assert.deepEqual(done, ["reset"]);
	const listed = keysShown(hidden).map(({ words }) => words);
	for (const name of ["play", "faster", "slower"]) assert.ok(!listed.includes(`keys.${name}`), name);
	assert.ok(listed.includes("keys.reset") && listed.includes("keys.close"));
	assert.ok(keysShown(new Set()).length >= SHORTCUTS.length + 3);
});

test("no key has two meanings", () => {
	const keys = SHORTCUTS.flatMap((each) => each.keys);
	assert.equal(new Set(keys).size, keys.length);
});

test("with a modifier a key belongs to the browser", () => {
	for (const modifier of ["ctrlKey", "metaKey", "altKey"]) assert.equal(press("r", [], { [modifier]: true }), null);
});

test("a key never steals from a field, a dialog or the editor", () => {
	for (const place of ["input", "select", "textarea", "dialog[open]", ".editor"]) {
		assert.equal(press("s", [place]), null, place);
		assert.equal(press(" ", [place]), null, place);
	}
});

test("space presses the focused button; letters work there too", () => {
	assert.equal(press(" ", ["button"]), null);
	assert.equal(press("s", ["button"]), "stepEpoch");
});

test("Ctrl or ⌘ with Z undoes and with Shift redoes, but not where a text has an undo of its own", () => {
	for (const held of ["ctrlKey", "metaKey"]) {
		assert.equal(press("z", [], { [held]: true, shiftKey: false }), "undo");
		assert.equal(press("Z", [], { [held]: true, shiftKey: true }), "redo");
		assert.equal(press("y", [], { [held]: true, shiftKey: false }), "redo");
		assert.equal(press("z", ["textarea"], { [held]: true, shiftKey: false }), null);
		assert.equal(press("z", ["dialog[open]"], { [held]: true, shiftKey: false }), null);
		assert.equal(press("z", ["select"], { [held]: true, shiftKey: false }), "undo", "a list has no undo");
	}
	assert.equal(press("z", [], { ctrlKey: true, altKey: true, shiftKey: false }), null);
});
