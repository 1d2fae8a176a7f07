// Custom points: which targets are valid for a problem, and the points to start with.

import { CUSTOM, MAX_COORDINATE, MIN_POINTS } from "./limits.js";

const CIRCLE_RADIUS = 3; // of the circle on which the classes are
const OFFSETS = [[0, 0], [0.9, 0.2], [-0.7, 0.6], [0.3, -0.8], [-0.4, -0.6], [0.2, 0.9]];

/** The setting that the slider of the noise changes: custom points have one of their own. @param {Pick<Config, "dataset">} config @returns {"noise" | "points_noise"} */
export const noiseField = ({ dataset }) => (dataset === CUSTOM ? "points_noise" : "noise");

/** Whether a target is allowed. @param {number} target @param {string} problem @param {number} classes */
export function isValidTarget(target, problem, classes) {
	if (problem === "regression") return Math.abs(target) <= MAX_COORDINATE;
	if (problem === "classification") return target === 1 || target === -1;
	return Number.isInteger(target) && target >= 0 && target < classes;
}

/** Return a few points to start with, for each class or along a slope. @param {string} problem @param {number} classes @returns {Point[]} */
export function startPoints(problem, classes) {
	const round = (/** @type {number} */ each) => Math.round(each * 100) / 100;
	if (problem === "regression") {
		return [-5, -3, -1, 1, 3, 5].flatMap((x1) => [-2.5, 2.5].map((x2) => [x1, x2 + x1 / 5, round(x1 / 5)]));
	}
	const groups = problem === "classification" ? [-1, 1] : Array.from({ length: classes }, (_, index) => index);
	return groups.flatMap((target, index) => {
		const angle = (2 * Math.PI * index) / groups.length + Math.PI / 6;
		return OFFSETS.map(([x1, x2]) => [round(CIRCLE_RADIUS * Math.cos(angle) + x1), round(CIRCLE_RADIUS * Math.sin(angle) + x2), target]);
	});
}

/**
 * Return the changes, with other points if the present ones are not valid for them.
 * @template {Partial<Config>} Changes @param {Changes} changes @param {Config} present settings
 */
export function withPoints(changes, present) {
	const { problem, dataset, classes, points } = { ...present, ...changes };
	const changesProblem = problem !== present.problem && !("dataset" in changes); // another problem brings its own dataset
	const isAffected = /** @type {const} */ (["dataset", "problem", "classes"]).some((name) =>
		name in changes && changes[name] !== present[name]
	);
	if (dataset !== CUSTOM || changesProblem || !isAffected) return changes;
	const valid = points.filter((/** @type {Point} */ [, , target]) => isValidTarget(target, problem, classes));
	if (valid.length === points.length && valid.length >= MIN_POINTS) return changes;
	const hasEnough = problem === present.problem && valid.length >= MIN_POINTS;
	return { ...changes, points: hasEnough ? valid : startPoints(problem, classes) };
}
