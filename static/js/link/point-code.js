// Custom points as a short text for links: 24 bits for the place and 6 or 12 for the target, in base64url.
import { decodeColumns, encodeColumns } from "./column-code.js";
import { MAX_COORDINATE, MAX_POINTS, MIN_POINTS } from "../settings/limits.js";

export { decodeColumns, encodeColumns };

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES = new Map([...LETTERS].map((letter, value) => [letter, value]));
const ZERO_CODE = 2048;
const SCALE_STEPS = 2047; // on either side of zero, so that zero and both ends of a scale are exact
const [DEFAULT_PLACE_SCALE, DEFAULT_TARGET_SCALE] = [6, 1]; // if the text names no others
const SCALES_PREFIX = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)~/;

/** A scale with few digits that holds all numbers. @param {number[]} numbers @param {number} smallest */
function scaleOf(numbers, smallest) {
	const largest = numbers.reduce((largest, each) => Math.max(largest, Math.abs(each)), smallest);
	return largest === smallest ? smallest : Math.ceil(largest);
}

/** @param {number} number @param {number} scale */
const codeOf = (number, scale) => Math.round((number / scale) * SCALE_STEPS) + ZERO_CODE;

/** @param {number} number @param {number} scale */
function encodeNumber(number, scale) {
	const code = codeOf(number, scale);
	return LETTERS[code >> 6] + LETTERS[code & 63];
}

/** The number of a code; on a default scale the shortest one, as a person drew or typed it. @param {number} code @param {number} scale @param {boolean} isDefault */
function decodeNumber(code, scale, isDefault) {
	const number = ((code - ZERO_CODE) / SCALE_STEPS) * scale;
	for (let digits = 0; isDefault && digits < 4; digits += 1) {
		const near = Number(number.toFixed(digits));
		if (codeOf(near, scale) === code) return near;
	}
	return Number(number.toPrecision(6));
}

/**
 * Encode points.
 * @param {Iterable<Point>} points x1, x2 and target each @param {string} problem
 * @returns {string} 5 letters a point, 6 in regression
 */
export function encodePoints(points, problem) {
	const rows = [...points];
	const numbers = problem === "regression";
	const place = scaleOf(rows.flatMap(([x1, x2]) => [x1, x2]), DEFAULT_PLACE_SCALE);
	const target = numbers ? scaleOf(rows.map(([, , each]) => each), DEFAULT_TARGET_SCALE) : DEFAULT_TARGET_SCALE;
	const head = place === DEFAULT_PLACE_SCALE && target === DEFAULT_TARGET_SCALE ? "" : `${place},${target}~`;
	const code = (/** @type {number} */ each) => {
		if (numbers) return encodeNumber(each, target);
		return LETTERS[problem === "classification" ? Number(each > 0) : each];
	};
	return head + rows.map(([x1, x2, each]) => encodeNumber(x1, place) + encodeNumber(x2, place) + code(each)).join("");
}

/**
 * Read such a text. Points are exact to a 2000th of their scale, and to two decimals on the plane.
 * @param {string} text @param {string} problem @param {number} classes how many classes there are
 * @returns {Point[] | null} null for anything else
 */
export function decodePoints(text, problem, classes) {
	const head = text.match(SCALES_PREFIX);
	const [place, scale] = head ? [Number(head[1]), Number(head[2])] : [DEFAULT_PLACE_SCALE, DEFAULT_TARGET_SCALE];
	const letters = head ? text.slice(head[0].length) : text;
	const size = problem === "regression" ? 6 : 5;
	const count = letters.length / size;
	if (!Number.isInteger(count) || count < MIN_POINTS || count > MAX_POINTS || Math.max(place, scale) > MAX_COORDINATE) return null;

	const values = [...letters].map((letter) => VALUES.get(letter) ?? NaN);
	const maxClass = problem === "multiclass" ? classes - 1 : 1;
	/** @type {Point[]} */
	const points = [];
	for (let at = 0; at < letters.length; at += size) {
		const row = values.slice(at, at + size);
		if (row.some(Number.isNaN) || (size === 5 && row[4] > maxClass)) return null;
		const code = (/** @type {number} */ index) => row[index] * 64 + row[index + 1];
		const target = size === 6 ? decodeNumber(code(4), scale, !head) : problem === "classification" ? 2 * row[4] - 1 : row[4];
		points.push([decodeNumber(code(0), place, !head), decodeNumber(code(2), place, !head), target]);
	}
	return points;
}
