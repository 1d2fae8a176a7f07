// Which point is meant: by its number in a set, by a place of the plane, or by a click near one that is shown.
import { POINT_SIZE } from "../net/protocol.js";

const CLICK_RADIUS = 0.3; // units of the plane; a click means no point farther away

/** The points of a set as a list. @param {Float32Array} flat @returns {{x1: number, x2: number, target: number}[]} */
export const listOf = (flat) =>
	Array.from({ length: Math.floor(flat.length / POINT_SIZE) }, (_, index) => {
		const [x1, x2, target] = flat.subarray(index * POINT_SIZE, index * POINT_SIZE + POINT_SIZE);
		return { x1, x2, target };
	});

/** The index of the point nearest to a place, and how far away it is. @param {Float32Array} flat @param {PlanePoint} place */
export function nearest(flat, { x1, x2 }) {
	let [index, away] = [-1, Infinity];
	for (let i = 0; i * POINT_SIZE < flat.length; i += 1) {
		const candidate = Math.hypot(flat[i * POINT_SIZE] - x1, flat[i * POINT_SIZE + 1] - x2);
		if (candidate < away) [index, away] = [i, candidate];
	}
	return { index, away };
}

/** A coordinate or target as it is shown in a field. @param {number} value */
export const round = (value) => Math.round(value * 1000) / 1000;

/** The target of the training point nearest to a place; 1 if there is none. @param {PageState["points"]} points @param {PlanePoint} place */
export function likelyTarget(points, place) {
	const found = points ? nearest(points.train, place).index : -1;
	return found < 0 ? 1 : round(/** @type {Float32Array} */ (points?.train)[found * POINT_SIZE + 2]);
}

/**
 * The point that a click on the plane means: the training or test point that is shown there, else the place itself.
 * @param {PlanePoint} place @param {Pick<PageState, "points" | "display">} page @returns {PointToShow}
 */
export function pointAt(place, { points, display }) {
	/** @type {{set: "train" | "test", index: number, away: number}[]} */
	const near = [];
	if (points && display.showTrain) near.push({ set: "train", ...nearest(points.train, place) });
	if (points && display.showTest) near.push({ set: "test", ...nearest(points.test, place) });
	const [best] = near.sort((a, b) => a.away - b.away);
	if (best && best.away <= CLICK_RADIUS) return { set: best.set, index: best.index };
	return { x1: round(place.x1), x2: round(place.x2), target: likelyTarget(points, place) };
}

/** How many points a set has. @param {PageState["points"]} points @param {"train" | "test"} set */
export const sizeOf = (points, set) => Math.floor((points?.[set].length ?? 0) / POINT_SIZE);

/** The coordinates and the target of a point; null if there is no such point. @param {PointToShow} point @param {PageState["points"]} points */
export function coordinates(point, points) {
	if (point.index === undefined) return { x1: point.x1 ?? 0, x2: point.x2 ?? 0, target: point.target ?? 1 };
	const flat = points?.[point.set ?? "train"];
	if (!flat || point.index * POINT_SIZE >= flat.length) return null;
	const [x1, x2, target] = flat.subarray(point.index * POINT_SIZE, point.index * POINT_SIZE + POINT_SIZE);
	return { x1, x2, target };
}

/** The point that a digit stands for, which the page shows; a drawing's target is what it is said to be. @param {ShownImage} image @param {number} target of a drawing @returns {PointToShow} */
export function pointOfImage({ source, index, pixels }, target) {
	if (source !== "drawn") return { set: source, index };
	return { pixels: Array.from(pixels, (ink) => Math.round((ink * 16) / 255)), target };
}
