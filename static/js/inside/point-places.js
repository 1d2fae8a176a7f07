// Finds points: by their index in a set, by coordinates, or near a click.
import { POINT_SIZE } from "../net/protocol.js";

const CLICK_RADIUS = 0.3; // units of the plane; a click means no point farther away

/** Return the points of a set as a list. @param {Float32Array} flat @returns {{x1: number, x2: number, target: number}[]} */
export const listOf = (flat) =>
	Array.from({ length: Math.floor(flat.length / POINT_SIZE) }, (_, index) => {
		const [x1, x2, target] = flat.subarray(index * POINT_SIZE, index * POINT_SIZE + POINT_SIZE);
		return { x1, x2, target };
	});

/** Return the index of the point nearest to a place, and its distance in units of the plane; -1 if there is none. @param {Float32Array} flat @param {PlanePoint} place */
export function nearest(flat, { x1, x2 }) {
	let [index, away] = [-1, Infinity];
	for (let i = 0; i * POINT_SIZE < flat.length; i += 1) {
		const candidate = Math.hypot(flat[i * POINT_SIZE] - x1, flat[i * POINT_SIZE + 1] - x2);
		if (candidate < away) [index, away] = [i, candidate];
	}
	return { index, away };
}

/** Round a coordinate or target to three decimals, as fields show it. @param {number} value */
export const round = (value) => Math.round(value * 1000) / 1000;

/** Return the target of the training point nearest to a place; 1 if there is none. @param {PageState["points"]} points @param {PlanePoint} place */
export function likelyTarget(points, place) {
	const found = points ? nearest(points.train, place).index : -1;
	return found < 0 ? 1 : round(/** @type {Float32Array} */ (points?.train)[found * POINT_SIZE + 2]);
}

/**
 * Return the point for a click on the plane: a visible training or test point near it, else a point at the click itself.
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

/** Return how many points a set has. @param {PageState["points"]} points @param {"train" | "test"} set */
export const sizeOf = (points, set) => Math.floor((points?.[set].length ?? 0) / POINT_SIZE);

/** Return the coordinates and the target of a point; null if the set has no such point. @param {PointToShow} point @param {PageState["points"]} points */
export function coordinates(point, points) {
	if (point.index === undefined) return { x1: point.x1 ?? 0, x2: point.x2 ?? 0, target: point.target ?? 1 };
	const flat = points?.[point.set ?? "train"];
	if (!flat || point.index * POINT_SIZE >= flat.length) return null;
	const [x1, x2, target] = flat.subarray(point.index * POINT_SIZE, point.index * POINT_SIZE + POINT_SIZE);
	return { x1, x2, target };
}

/** Return the point for the image that the page shows; the target of a drawing is given. @param {ShownImage} image @param {number} target of a drawing @returns {PointToShow} */
export function pointOfImage({ source, index, pixels }, target) {
	if (source !== "drawn") return { set: source, index };
	return { pixels: Array.from(pixels, (ink) => Math.round((ink * 16) / 255)), target };
}
