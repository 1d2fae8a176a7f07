// The learner's progress in lessons, stored in this browser: steps done, predictions, answers. If storage is blocked, it lasts until the page is left.
import { storageOf } from "../state/remember.js";

const STORAGE_KEY = "tinkernet.lessons";
const PROBE_KEY = `${STORAGE_KEY}.probe`;

/** @typedef {import("./types.d.ts").StoredLesson} StoredLesson */
/** @typedef {import("./types.d.ts").StoredStep} StoredStep */

/** @type {Record<string, StoredLesson>} */
let memory = {};
let isRefused = false; // whether the last write failed, so that `memory` is newer than the storage

/** Return what is stored of all lessons, by name. @returns {Record<string, StoredLesson>} */
export function loadLessons() {
	try {
		const text = storageOf("localStorage")?.getItem(STORAGE_KEY);
		const read = text ? JSON.parse(text) : null;
		if (read && typeof read === "object") memory = isRefused ? { ...read, ...memory } : { ...memory, ...read };
	} catch {
		// unreadable data counts as no data
	}
	return memory;
}

/** Return what is stored of one lesson. @param {string} name @returns {StoredLesson} */
export function loadLesson(name) {
	const lesson = loadLessons()[name];
	return lesson && typeof lesson.steps === "object" && lesson.steps ? lesson : { steps: {} };
}

/** Return what is stored of one step. @param {string} name @param {number} step from 1 @returns {StoredStep} */
export const loadStep = (name, step) => loadLesson(name).steps[step] ?? {};

/** @param {string} name @param {StoredLesson} lesson */
function saveLesson(name, lesson) {
	memory = { ...loadLessons(), [name]: lesson };
	try {
		const storage = storageOf("localStorage");
		storage?.setItem(STORAGE_KEY, JSON.stringify(memory));
		isRefused = !storage;
	} catch {
		isRefused = true; // blocked or full: `memory` has it
	}
}

/** Whether the progress so far survives leaving the page. */
export const isStored = () => !isRefused;

/** Whether the browser allows to store something now. */
export function canStore() {
	try {
		const storage = storageOf("localStorage");
		storage?.setItem(PROBE_KEY, "");
		storage?.removeItem(PROBE_KEY);
		return storage !== undefined;
	} catch {
		return false;
	}
}

/** Merge a change into what is stored of a step. @param {string} name @param {number} step @param {Partial<StoredStep>} change */
export function saveStep(name, step, change) {
	const lesson = loadLesson(name);
	saveLesson(name, { ...lesson, steps: { ...lesson.steps, [step]: { ...lesson.steps[step], ...change } } });
}

/** Store which step is open. @param {string} name @param {number} at */
export const saveCurrentStep = (name, at) => saveLesson(name, { ...loadLesson(name), at });

/** Return how many steps of a lesson are done. @param {string} name */
export const stepsDone = (name) => Object.values(loadLesson(name).steps).filter(({ done }) => done).length;
