// Edits of a list of points by pen, spray and eraser. All return new lists.
import { MAX_POINTS, MIN_POINTS, PLANE } from "../settings/limits.js";

/** @typedef {{x1: number, x2: number}} Place */

const STROKE_SPACING = 0.45; // units of the plane between the points of a stroke
const ERASER_RADIUS = 0.4; // units of the plane

const round = (/** @type {number} */ each) => Math.round(Math.max(-PLANE, Math.min(PLANE, each)) * 100) / 100 + 0; // no -0
const distance = (/** @type {Place} */ place, /** @type {Point} */ [x1, x2]) => Math.hypot(place.x1 - x1, place.x2 - x2);

/** Add a point; return the same list if it is full or has this point already. @param {Point[]} points @param {Place} place @param {number} target */
export function addPoint(points, { x1, x2 }, target) {
	const point = [round(x1), round(x2), target];
	const isDuplicate = points.some((each) => each.every((number, index) => number === point[index]));
	return isDuplicate || points.length >= MAX_POINTS ? points : [...points, point];
}

const TRIES_PER_POINT = 40; // at a place on the plane

/** A number of the standard normal distribution. @param {() => number} random */
const normal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * The points and so many more around a place, normally distributed within the plane; fewer if the list is full.
 * @param {Point[]} points @param {Place} place @param {number} target @param {{spread: number, amount: number}} brush the standard
 *   deviation on the plane, and how many points @param {() => number} [random] from 0 to 1
 */
export function sprayPoints(points, { x1, x2 }, target, { spread, amount }, random = Math.random) {
	let found = points;
	for (let tried = 0; found.length < points.length + amount && tried < TRIES_PER_POINT * amount; tried += 1) {
		const next = { x1: x1 + spread * normal(random), x2: x2 + spread * normal(random) };
		if (Math.max(Math.abs(next.x1), Math.abs(next.x2)) <= 6) found = addPoint(found, next, target);
	}
	return found;
}

/**
 * Return what is wrong with points to learn from; null: nothing.
 * @param {Point[]} points @param {{problem: string}} config @returns {"least" | "oneSpot" | "oneClass" | null}
 */
export function problemOf(points, { problem }) {
	if (points.length < MIN_POINTS) return "least";
	const [[x1, x2, target]] = points;
	if (points.every((each) => each[0] === x1 && each[1] === x2)) return "oneSpot";
	return problem !== "regression" && points.every((each) => each[2] === target) ? "oneClass" : null;
}

/**
 * Whether a place is far enough from the stroke's last point for another one.
 * @param {Place | null} last @param {Place} place @param {number} [spacing] on the plane
 */
export const isFar = (last, place, spacing = STROKE_SPACING) => !last || distance(place, [last.x1, last.x2]) >= spacing;

/** Return the points that the eraser does not touch. @param {Point[]} points @param {Place} place */
export function erasePoints(points, place) {
	const left = points.filter((each) => distance(place, each) > ERASER_RADIUS);
	return left.length === points.length ? points : left;
}

/** Return the points without the one nearest to a place. @param {Point[]} points @param {Place} place */
export function removeNearest(points, place) {
	const distances = points.map((each) => distance(place, each));
	const nearest = distances.indexOf(Math.min(...distances));
	return points.filter((_, index) => index !== nearest);
}

/** The targets that the pens offer. @param {{problem: string, classes: number}} config @returns {number[]} */
export function targetsOf({ problem, classes }) {
	if (problem === "regression") return [-1, -0.5, 0, 0.5, 1];
	return problem === "classification" ? [-1, 1] : Array.from({ length: classes }, (_, index) => index);
}
