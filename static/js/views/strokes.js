// How strokes of the pen and the eraser change a list of points. They return new lists.
import { MAX_POINTS } from "../settings/limits.js";

/** @typedef {{x1: number, x2: number}} Place */

const SPACING = 0.45; // between the points of one stroke, on the plane
const REACH = 0.4; // of the eraser

const round = (/** @type {number} */ each) => Math.round(Math.max(-6, Math.min(6, each)) * 100) / 100 + 0; // no -0
const distance = (/** @type {Place} */ place, /** @type {Point} */ [x1, x2]) => Math.hypot(place.x1 - x1, place.x2 - x2);

/** The points and one more; the same list if it is full or has this point already. @param {Point[]} points @param {Place} place @param {number} target */
export function added(points, { x1, x2 }, target) {
	const point = [round(x1), round(x2), target];
	const there = points.some((each) => each.every((number, index) => number === point[index]));
	return there || points.length >= MAX_POINTS ? points : [...points, point];
}

/** Whether a place is far enough from the stroke's last point for another one. @param {Place | null} last @param {Place} place */
export const isFar = (last, place) => !last || distance(place, [last.x1, last.x2]) >= SPACING;

/** The points that the eraser does not touch. @param {Point[]} points @param {Place} place */
export function erased(points, place) {
	const left = points.filter((each) => distance(place, each) > REACH);
	return left.length === points.length ? points : left;
}

/** The points without the one nearest to the place. @param {Point[]} points @param {Place} place */
export function withoutNearest(points, place) {
	const distances = points.map((each) => distance(place, each));
	const nearest = distances.indexOf(Math.min(...distances));
	return points.filter((_, index) => index !== nearest);
}

/** The targets that the pens offer. @param {{problem: string, classes: number}} config @returns {number[]} */
export function targetsOf({ problem, classes }) {
	if (problem === "regression") return [-1, -0.5, 0, 0.5, 1];
	return problem === "classification" ? [-1, 1] : Array.from({ length: classes }, (_, index) => index);
}
