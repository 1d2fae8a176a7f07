// The tasks that a teacher wrote, stored in this browser.

import { storageOf } from "../../state/remember.js";

const STORAGE_KEY = "tinkernet.tasks";
const MAX_TASKS = 100;

/** @typedef {{id: string, task: Task}} Kept */

/** @param {Storage | undefined} [storage] @returns {Kept[]} */
export function recallTasks(storage = storageOf("localStorage")) {
	try {
		const found = JSON.parse(storage?.getItem(STORAGE_KEY) ?? "[]");
		return Array.isArray(found) ? found.filter((each) => typeof each?.id === "string" && typeof each.task?.title === "string") : [];
	} catch {
		return [];
	}
}

/** @param {Kept[]} tasks @param {Storage | undefined} storage */
function write(tasks, storage) {
	try {
		storage?.setItem(STORAGE_KEY, JSON.stringify(tasks.slice(-MAX_TASKS)));
	} catch {
		// Storage may be forbidden or full; the task can be used all the same.
	}
}

/** Store a task, in place of the one with this id if there is one. @param {Task} task @param {string | null} id @param {Storage | undefined} [storage] @returns {string} its id */
export function keepTask(task, id, storage = storageOf("localStorage")) {
	const tasks = recallTasks(storage);
	const found = tasks.find((each) => each.id === id);
	const kept = found ?? { id: Math.random().toString(36).slice(2), task };
	kept.task = task;
	write(found ? tasks : [...tasks, kept], storage);
	return kept.id;
}

/** @param {string} id @param {Storage | undefined} [storage] */
export const forgetTask = (id, storage = storageOf("localStorage")) =>
	write(recallTasks(storage).filter((each) => each.id !== id), storage);
