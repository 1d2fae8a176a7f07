// Ticks and ranges of the columns that points come from.
import { fromPlane, toPlane } from "../settings/columns.js";

/** Return a step of 1, 2 or 5 times a power of ten that divides a range into about so many parts. @param {number} range @param {number} parts */
function roundStep(range, parts) {
	const rough = range / parts;
	const power = 10 ** Math.floor(Math.log10(rough));
	const ratio = rough / power;
	return power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
}

/**
 * Return ticks of a column within the plane: round values and their positions.
 * @param {DataColumn} column @param {number} reach the plane's end @param {number} [parts] about how many
 * @returns {{value: number, at: number}[]}
 */
export function ticksOf(column, reach, parts = 5) {
	const [low, high] = [fromPlane(column, -reach), fromPlane(column, reach)];
	const step = roundStep(high - low, parts);
	const first = Math.ceil(low / step - 1e-9);
	const last = Math.floor(high / step + 1e-9);
	if (!(last - first < 20)) return [];
	return Array.from({ length: last - first + 1 }, (_, index) => {
		const value = Number(((first + index) * step).toPrecision(12));
		return { value, at: toPlane(column, value) };
	});
}

/** Return the smallest and the largest value of a column among the points. @param {DataColumn} column @param {number[][]} points @param {number} at position in a point */
export function rangeOf(column, points, at) {
	const values = points.map((point) => point[at]);
	const [low, high] = [Math.min(...values), Math.max(...values)].map((each) => fromPlane(column, each));
	const places = 5 - Math.floor(Math.log10(high - low || Math.abs(high) || 1)); // what lies behind them are traces of the scaling
	const round = (/** @type {number} */ each) => Math.abs(places) < 100 ? Math.round(each * 10 ** places) / 10 ** places : each;
	return { low: round(low), high: round(high) };
}
