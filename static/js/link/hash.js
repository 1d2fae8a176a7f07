// The parts of an address's hash: KEY=VALUE&KEY=VALUE. Anybody may write one, so it can hold anything.
import { inBounds } from "../settings/bounds.js";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const REG_SIGN = /®|%C2%AE/gi; // what programs that show a link as HTML make of &regularization and &regDataset
const MAX_PARTS = 300; // further parts are not read
const MAX_PROBLEMS = 20;
const MAX_SHOWN_LENGTH = 40; // characters of a part that cannot be read, in messages

/** A number in decimals; NaN for anything else. @param {string} text */
export const readNumber = (text) => (NUMBER.test(text) ? Number(text) : NaN);

/** Reads the parts of a hash, each once, and collects those that cannot be read. */
export class Reader {
	/** @type {HashProblem[]} */
	#problems = [];
	/** @type {Map<string, string>} */
	#parts = new Map();
	#words;

	/** @param {string} hash @param {Record<string, string>} words the server's names of choices, by their names in links where they differ */
	constructor(hash, words) {
		this.#words = words;
		const refused = new Set();
		const texts = hash.slice(hash.lastIndexOf("#") + 1).replace(REG_SIGN, "&reg").split(/&(?:amp;)?/, MAX_PARTS + 1);
		if (texts.length > MAX_PARTS) this.refuse("…");
		for (const text of texts.slice(0, MAX_PARTS)) {
			if (text.trim() === "") continue;
			const at = text.indexOf("=");
			const [key, value] = [at < 0 ? text : text.slice(0, at), at < 0 ? "" : text.slice(at + 1)].map(decode);
			if (key === null || value === null) this.refuse(text);
			else if (at < 0) this.refuse(key);
			else if (!this.has(key)) this.#parts.set(key, value);
			else if (this.#parts.get(key) !== value) {
				if (!refused.has(key)) this.refuse(key, value); // two different values: use neither
				refused.add(key);
			}
		}
		for (const key of refused) this.#parts.delete(key);
	}

	/** @param {string} key @param {string} [value] @param {Partial<HashProblem>} [more] what is wrong, if it can be read */
	refuse(key, value = "", more = {}) {
		const problem = { key: shorten(key), value: shorten(value), ...more };
		const isListed = this.#problems.some((each) => each.key === problem.key && each.value === problem.value);
		if (!isListed && this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
	}

	/** Return the value of a key, once. An empty one counts as missing, as in TensorFlow Playground. @param {string} key */
	takeValue(key) {
		const value = this.#parts.get(key);
		this.#parts.delete(key);
		return value === "" ? undefined : value;
	}

	/** @param {string} key */
	has(key) {
		return this.#parts.has(key);
	}

	/** @param {string} key @returns {boolean | undefined} */
	flag(key) {
		const value = this.takeValue(key);
		if (value === "true" || value === "false") return value === "true";
		if (value !== undefined) this.refuse(key, value);
		return undefined;
	}

	/** @param {string} key @param {Bounds} bounds @returns {number | undefined} */
	number(key, bounds) {
		const text = this.takeValue(key);
		if (text === undefined) return undefined;
		const number = readNumber(text);
		if (inBounds(bounds, number)) return number;
		this.refuse(key, text);
		return undefined;
	}

	/**
	 * @param {string} key @param {string[]} choices @param {(choice: string) => Partial<HashProblem>} [reason] why another one is refused
	 * @returns {string | undefined}
	 */
	choice(key, choices, reason = () => ({})) {
		const text = this.takeValue(key);
		if (text === undefined) return undefined;
		const choice = Object.hasOwn(this.#words, text) ? this.#words[text] : text;
		if (choices.includes(choice)) return choice;
		this.refuse(key, text, reason(choice));
		return undefined;
	}

	/** Leave out the keys that match. @param {RegExp} pattern */
	ignore(pattern) {
		for (const key of [...this.#parts.keys()]) if (pattern.test(key)) this.#parts.delete(key);
	}

	/** Refuse all parts that were not taken: their keys are unknown. */
	finish() {
		for (const [key, value] of this.#parts) this.refuse(key, value);
		return this.#problems;
	}
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
const shorten = (text) => (text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text);
