import assert from "node:assert/strict";
import test from "node:test";
import { canStore, isStored, loadLesson, loadStep, saveCurrentStep, saveStep, stepsDone } from "../../../static/js/lessons/stored.js";

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
	saveStep("full", 1, { checks: [0], done: true });
	assert.deepEqual([isStored(), canStore()], [true, true]);
	storage.full = true;
	saveStep("full", 2, { checks: [0, 1], done: true });
	saveCurrentStep("full", 3);
	assert.deepEqual([isStored(), canStore()], [false, false]);
	assert.deepEqual([loadStep("full", 2).checks, loadLesson("full").at, stepsDone("full")], [[0, 1], 3, 2]);
	storage.full = false;
	saveCurrentStep("full", 4);
	assert.equal(isStored(), true);
	assert.equal(JSON.parse(storage.getItem("tinkernet.lessons") ?? "")["full"].steps[2].done, true);
});

test("with a storage that may not even be named, lessons are usable and it is said", () => {
	put({
		get() {
			throw new DOMException("", "SecurityError");
		},
	});
	saveStep("blocked", 1, { predicted: { 0: "1" } });
	assert.deepEqual([isStored(), canStore()], [false, false]);
	assert.deepEqual(loadStep("blocked", 1).predicted, { 0: "1" });
});

test("what is stored and makes no sense is as if nothing were kept", () => {
	const storage = createStorage();
	put({ value: storage });
	for (const text of ["{", "3", "null", '{"odd": 5}', '{"odd": {"steps": null}}']) {
		storage.setItem("tinkernet.lessons", text);
		assert.deepEqual(loadLesson("odd").steps, {}, text);
	}
	saveStep("odd", 1, { done: true });
	assert.equal(stepsDone("odd"), 1);
});
