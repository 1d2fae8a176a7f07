// The columns that custom points come from as text in a link: name, offset and factor of each, then the names of the classes.
const MAX_NAME_LENGTH = 100;
const [MAX_MAGNITUDE, MIN_FACTOR] = [1e100, 1e-100];
const FORBIDDEN_CHARACTER = /[\p{Cc}\u2028\u2029]/u; // as a name is one line of text

const escapeName = (/** @type {string} */ name) => name.replace(/~/g, "~t").replace(/,/g, "~c");
const unescapeName = (/** @type {string} */ text) => text.replace(/~c/g, ",").replace(/~t/g, "~");
const isName = (/** @type {string} */ name) => name.length > 0 && [...name].length <= MAX_NAME_LENGTH && !FORBIDDEN_CHARACTER.test(name);

/** Encode columns. @param {NonNullable<Config["data_columns"]>} columns */
export const encodeColumns = ({ x1, x2, target, classes }) =>
	[
		...[x1, x2, target].flatMap((each) => (each ? [escapeName(each.name), each.offset, each.factor] : [])),
		...classes.map(escapeName),
	].map(encodeURIComponent).join();

/** @param {string[]} parts @returns {DataColumn | null} */
function parseColumn([name, ...numbers]) {
	const [offset, factor] = numbers.map((each) => (each?.trim() ? Number(each) : NaN));
	const isValid = isName(unescapeName(name)) && Math.abs(offset) <= MAX_MAGNITUDE && factor >= MIN_FACTOR && factor <= MAX_MAGNITUDE;
	return isValid ? { name: unescapeName(name), offset, factor } : null;
}

/**
 * Read such a text, once its percent signs are decoded.
 * @param {string} text @param {string} problem @param {number} several how many classes a problem of several has
 * @returns {Config["data_columns"]} null if it cannot be read
 */
export function decodeColumns(text, problem, several) {
	const parts = text.split(",", 20).map((each) => each.trim());
	const numbers = problem === "regression";
	const count = numbers ? 0 : problem === "multiclass" ? several : 2;
	const classes = parts.slice(parts.length - count).map(unescapeName);
	const named = parts.slice(0, parts.length - count);
	if (named.length !== 6 && !(numbers && named.length === 9)) return null;
	const columns = [0, 3, 6].filter((at) => at < named.length).map((at) => parseColumn(named.slice(at, at + 3)));
	const [x1, x2, target = null] = columns;
	return columns.every(Boolean) && x1 && x2 && classes.every(isName) ? { x1, x2, target, classes: count ? classes : [] } : null;
}
