// The parts of an address's hash: KEY=VALUE&KEY=VALUE. Anybody may write one, so it can hold anything.
import { inBounds } from "../settings/bounds.js";

/** @typedef {ReturnType<typeof createReader>} Reader */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MOST_PARTS = 300; // the rest is not read
const MOST_PROBLEMS = 20;
const SHOWN = 40; // characters of a part that cannot be read

/** A number in decimals; NaN for anything else. @param {string} text */
export const readNumber = (text) => (NUMBER.test(text) ? Number(text) : NaN);

/**
 * Gives each part of a hash once, and lists what cannot be read.
 * @param {string} hash @param {Record<string, string>} words the server's names of choices, by their names in links where they differ
 */
export function createReader(hash, words) {
	/** @type {HashProblem[]} */
	const problems = [];
	/** @type {Map<string, string>} */
	const parts = new Map();

	function refuse(/** @type {string} */ key, value = "") {
		const problem = { key: shorten(key), value: shorten(value) };
		const known = problems.some((each) => each.key === problem.key && each.value === problem.value);
		if (!known && problems.length < MOST_PROBLEMS) problems.push(problem);
	}

	/** Return the value of a key, once. An empty one counts as missing, as in TensorFlow Playground. @param {string} key */
	function take(key) {
		const value = parts.get(key);
		parts.delete(key);
		return value === "" ? undefined : value;
	}

	const refused = new Set();
	const texts = hash.slice(hash.lastIndexOf("#") + 1).split(/&(?:amp;)?/, MOST_PARTS + 1);
	if (texts.length > MOST_PARTS) refuse("…");
	for (const text of texts.slice(0, MOST_PARTS)) {
		if (text.trim() === "") continue;
		const at = text.indexOf("=");
		const [key, value] = [at < 0 ? text : text.slice(0, at), at < 0 ? "" : text.slice(at + 1)].map(decode);
		if (key === null || value === null) refuse(text);
		else if (at < 0) refuse(key);
		else if (!parts.has(key)) parts.set(key, value);
		else if (parts.get(key) !== value) {
			if (!refused.has(key)) refuse(key, value); // two different values: use neither
			refused.add(key);
		}
	}
	for (const key of refused) parts.delete(key);

	return {
		refuse,
		take,
		has: (/** @type {string} */ key) => parts.has(key),

		/** @param {string} key @returns {boolean | undefined} */
		flag(key) {
			const value = take(key);
			if (value === "true" || value === "false") return value === "true";
			if (value !== undefined) refuse(key, value);
			return undefined;
		},

		/** @param {string} key @param {Bounds} bounds @returns {number | undefined} */
		number(key, bounds) {
			const text = take(key);
			if (text === undefined) return undefined;
			const number = readNumber(text);
			if (inBounds(bounds, number)) return number;
			refuse(key, text);
			return undefined;
		},

		/** @param {string} key @param {string[]} choices @returns {string | undefined} */
		choice(key, choices) {
			const text = take(key);
			if (text === undefined) return undefined;
			const choice = Object.hasOwn(words, text) ? words[text] : text;
			if (choices.includes(choice)) return choice;
			refuse(key, text);
			return undefined;
		},

		/** Refuse all parts that were not taken: their keys are unknown. */
		finish() {
			for (const [key, value] of parts) refuse(key, value);
			return problems;
		},
	};
}

/** @param {string} text @returns {string | null} */
function decode(text) {
	try {
		return decodeURIComponent(text).trim();
	} catch {
		return null;
	}
}

/** @param {string} text */
const shorten = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
