import assert from "node:assert/strict";
import test from "node:test";
import { canKeep, isKept, keepPlace, keepStep, keptLesson, keptStep, stepsDone } from "../../../static/js/lessons/kept.js";

/** Put a storage in the browser's place. @param {object} storage */
const put = (storage) => Object.defineProperty(globalThis, "localStorage", { configurable: true, ...storage });

/** A storage that has room until `full` is set. */
function createStorage() {
	/** @type {Map<string, string>} */
	const entries = new Map();
	return {
		full: false,
		getItem: (/** @type {string} */ key) => entries.get(key) ?? null,
		setItem(/** @type {string} */ key, /** @type {string} */ value) {
			if (this.full) throw new DOMException("", "QuotaExceededError");
			entries.set(key, value);
		},
		removeItem: (/** @type {string} */ key) => void entries.delete(key),
	};
}

test("with a storage that takes nothing more, the newest stands until the page is left, and it is said", () => {
	const storage = createStorage();
	put({ value: storage });
	keepStep("full", 1, { checks: [0], done: true });
	assert.deepEqual([isKept(), canKeep()], [true, true]);
	storage.full = true;
	keepStep("full", 2, { checks: [0, 1], done: true });
	keepPlace("full", 3);
	assert.deepEqual([isKept(), canKeep()], [false, false]);
	assert.deepEqual([keptStep("full", 2).checks, keptLesson("full").at, stepsDone("full")], [[0, 1], 3, 2]);
	storage.full = false;
	keepPlace("full", 4);
	assert.equal(isKept(), true);
	assert.equal(JSON.parse(storage.getItem("tinkernet.lessons") ?? "")["full"].steps[2].done, true);
});

test("with a storage that may not even be named, lessons are usable and it is said", () => {
	put({
		get() {
			throw new DOMException("", "SecurityError");
		},
	});
	keepStep("blocked", 1, { predicted: { 0: "1" } });
	assert.deepEqual([isKept(), canKeep()], [false, false]);
	assert.deepEqual(keptStep("blocked", 1).predicted, { 0: "1" });
});

test("what is stored and makes no sense is as if nothing were kept", () => {
	const storage = createStorage();
	put({ value: storage });
	for (const text of ["{", "3", "null", '{"odd": 5}', '{"odd": {"steps": null}}']) {
		storage.setItem("tinkernet.lessons", text);
		assert.deepEqual(keptLesson("odd").steps, {}, text);
	}
	keepStep("odd", 1, { done: true });
	assert.equal(stepsDone("odd"), 1);
});
