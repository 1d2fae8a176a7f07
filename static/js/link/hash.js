// The parts of an address's hash: KEY=VALUE&KEY=VALUE, from anybody, perhaps nonsense.

/** @typedef {ReturnType<typeof createReader>} Reader */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MOST_PARTS = 300; // more than this is nonsense, and is not read to its end
const MOST_PROBLEMS = 20;
const SHOWN = 40; // characters of what could not be read

/** A number in decimals; NaN for anything else. @param {string} text */
export const readNumber = (text) => (NUMBER.test(text) ? Number(text) : NaN);

/**
 * Gives each part of a hash once, and keeps account of what cannot be read.
 * @param {string} hash @param {Record<string, string>} words where a hash has another word for a choice than we have
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

  /** Empty is as good as missing, as in the original. @param {string} key */
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
      if (!refused.has(key)) refuse(key, value); // two values: neither is used
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

    /**
     * @param {string} key @param {{type: string, minimum?: number, maximum?: number, exclusive_minimum?: number}} field
     * @returns {number | undefined}
     */
    number(key, field) {
      const text = take(key);
      if (text === undefined) return undefined;
      const number = readNumber(text);
      const { minimum = -Infinity, maximum = Infinity, exclusive_minimum: above = -Infinity } = field;
      const good = number >= minimum && number <= maximum && number > above && Number.isFinite(number);
      if (good && (field.type !== "integer" || Number.isInteger(number))) return number;
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

    /** Everything that was not taken is unknown. */
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
