// The tasks that a teacher wrote, stored in this browser.

import { storageOf } from "../../state/remember.js";

const STORAGE_KEY = "tinkernet.tasks";
const MAX_TASKS = 100;

/** @typedef {{id: string, task: Task}} Kept */

/** Return the stored tasks; [] if there are none or they cannot be read. @param {Storage | undefined} [storage] @returns {Kept[]} */
export function loadTasks(storage = storageOf("localStorage")) {
	try {
		const found = JSON.parse(storage?.getItem(STORAGE_KEY) ?? "[]");
		return Array.isArray(found) ? found.filter((each) => typeof each?.id === "string" && typeof each.task?.title === "string") : [];
	} catch {
		return [];
	}
}

/** @param {Kept[]} tasks @param {Storage | undefined} storage */
function storeTasks(tasks, storage) {
	try {
		storage?.setItem(STORAGE_KEY, JSON.stringify(tasks.slice(-MAX_TASKS)));
	} catch {
		// Storage may be forbidden or full; the task can be used all the same.
	}
}

/** Store a task in place of the one with the id, or as a new one. @param {Task} task @param {string | null} id @param {Storage | undefined} [storage] @returns {string} its id */
export function saveTask(task, id, storage = storageOf("localStorage")) {
	const tasks = loadTasks(storage);
	const existing = tasks.find((each) => each.id === id);
	const stored = existing ?? { id: Math.random().toString(36).slice(2), task };
	stored.task = task;
	storeTasks(existing ? tasks : [...tasks, stored], storage);
	return stored.id;
}

/** Remove a stored task. @param {string} id @param {Storage | undefined} [storage] */
export const forgetTask = (id, storage = storageOf("localStorage")) =>
	storeTasks(loadTasks(storage).filter((each) => each.id !== id), storage);
