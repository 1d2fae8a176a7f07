// What the browser keeps of lessons: steps done, predictions and answers. With blocked storage it holds until the page is left.
import { storageOf } from "../state/remember.js";

const KEY = "tinkernet.lessons";

/** @typedef {import("./types.d.ts").KeptLesson} KeptLesson */
/** @typedef {import("./types.d.ts").KeptStep} KeptStep */

/** @type {Record<string, KeptLesson>} */
let memory = {};

/** All that is kept, by the lessons' names. @returns {Record<string, KeptLesson>} */
export function allKept() {
	try {
		const text = storageOf("localStorage")?.getItem(KEY);
		const read = text ? JSON.parse(text) : null;
		if (read && typeof read === "object") memory = { ...memory, ...read };
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
		storageOf("localStorage")?.setItem(KEY, JSON.stringify(memory));
	} catch {
		// blocked or full: `memory` has it
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
