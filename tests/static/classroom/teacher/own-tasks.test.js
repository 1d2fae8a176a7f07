import assert from "node:assert/strict";
import test from "node:test";
import { forgetTask, keepTask, recallTasks } from "../../../../static/js/classroom/teacher/own-tasks.js";

/** @returns {any} a browser's storage */
function createStorage(/** @type {Record<string, string>} */ kept = {}) {
	return {
		getItem: (/** @type {string} */ key) => kept[key] ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => void (kept[key] = value),
	};
}

test("own tasks are kept, changed in place, and deleted", () => {
	const storage = createStorage();
	const id = keepTask({ title: "one" }, null, storage);
	keepTask({ title: "two" }, null, storage);
	assert.equal(keepTask({ title: "ONE" }, id, storage), id);
	assert.deepEqual(recallTasks(storage).map(({ task }) => task.title), ["ONE", "two"]);
	forgetTask(id, storage);
	assert.deepEqual(recallTasks(storage).map(({ task }) => task.title), ["two"]);
});
