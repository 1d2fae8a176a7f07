import assert from "node:assert/strict";
import test from "node:test";
import { forgetTask, loadTasks, saveTask } from "../../../../static/js/classroom/teacher/own-tasks.js";

/** @returns {any} a browser's storage */
function createStorage(/** @type {Record<string, string>} */ kept = {}) {
	return {
		getItem: (/** @type {string} */ key) => kept[key] ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => void (kept[key] = value),
	};
}

test("own tasks are kept, changed in place, and deleted", () => {
	const storage = createStorage();
	const id = saveTask({ title: "one" }, null, storage);
	saveTask({ title: "two" }, null, storage);
	assert.equal(saveTask({ title: "ONE" }, id, storage), id);
	assert.deepEqual(loadTasks(storage).map(({ task }) => task.title), ["ONE", "two"]);
	forgetTask(id, storage);
	assert.deepEqual(loadTasks(storage).map(({ task }) => task.title), ["two"]);
});
