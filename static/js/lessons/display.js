// The display options that a step of a lesson sets.

import { DEFAULT_DISPLAY } from "../link/url.js";

/** @typedef {import("./types.d.ts").LessonStep} LessonStep */

/** The display options by their names in lessons. @type {Record<string, keyof Display>} */
const DISPLAY_NAMES = {
	show_train: "showTrain",
	show_test: "showTest",
	discretize: "discretize",
	decision_line: "decisionLine",
	log_scale: "logScale",
};

/**
 * Return the display options with which a step begins; null if it changes none. A step with a set-up starts from the defaults, any other from
 * the present options.
 * @param {LessonStep} step @param {Display} present @returns {Display | null}
 */
export function displayOfStep(step, present) {
	const changes = Object.entries(step.display).map(([key, value]) => [DISPLAY_NAMES[key], value]);
	if (!step.setup && changes.length === 0) return null;
	return { ...(step.setup ? DEFAULT_DISPLAY : present), ...Object.fromEntries(changes) };
}
