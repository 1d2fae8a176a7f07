// What the browser keeps of lessons: steps done, predictions and answers. With blocked storage it holds until the page is left.
import { storageOf } from "../state/remember.js";

const STORAGE_KEY = "tinkernet.lessons";
const PROBE_KEY = `${STORAGE_KEY}.probe`;

/** @typedef {import("./types.d.ts").KeptLesson} KeptLesson */
/** @typedef {import("./types.d.ts").KeptStep} KeptStep */

/** @type {Record<string, KeptLesson>} */
let memory = {};
let refused = false; // whether the storage has refused what was to be kept: then `memory` is newer than what it has

/** All that is kept, by the lessons' names. @returns {Record<string, KeptLesson>} */
export function allKept() {
	try {
		const text = storageOf("localStorage")?.getItem(STORAGE_KEY);
		const read = text ? JSON.parse(text) : null;
		if (read && typeof read === "object") memory = refused ? { ...read, ...memory } : { ...memory, ...read };
	} catch {
		// what cannot be read is as if nothing were kept
	}
	return memory;
}

/** @param {string} name @returns {KeptLesson} */
export function keptLesson(name) {
	const kept = allKept()[name];
	return kept && typeof kept.steps === "object" && kept.steps ? kept : { steps: {} };
}

/** @param {string} name @param {number} step @returns {KeptStep} */
export const keptStep = (name, step) => keptLesson(name).steps[step] ?? {};

/** @param {string} name @param {KeptLesson} lesson */
function put(name, lesson) {
	memory = { ...allKept(), [name]: lesson };
	try {
		const storage = storageOf("localStorage");
		storage?.setItem(STORAGE_KEY, JSON.stringify(memory));
		refused = !storage;
	} catch {
		refused = true; // blocked or full: `memory` has it
	}
}

/** Whether what was done so far is kept when the page is left. */
export const isKept = () => !refused;

/** Whether the browser would keep something now. */
export function canKeep() {
	try {
		const storage = storageOf("localStorage");
		storage?.setItem(PROBE_KEY, "");
		storage?.removeItem(PROBE_KEY);
		return storage !== undefined;
	} catch {
		return false;
	}
}

/** Keep something of a step. @param {string} name @param {number} step @param {Partial<KeptStep>} change */
export function keepStep(name, step, change) {
	const lesson = keptLesson(name);
	put(name, { ...lesson, steps: { ...lesson.steps, [step]: { ...lesson.steps[step], ...change } } });
}

/** Keep which step is open. @param {string} name @param {number} at */
export const keepPlace = (name, at) => put(name, { ...keptLesson(name), at });

/** How many steps of a lesson are done. @param {string} name */
export const stepsDone = (name) => Object.values(keptLesson(name).steps).filter(({ done }) => done).length;
