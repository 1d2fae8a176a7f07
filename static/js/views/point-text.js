// Points as text, one a line: x1, x2, target; in the units of their columns, with the names of their classes, where those are known.
import { fromPlane, toPlane } from "../settings/columns.js";
import { MAX_COORDINATE, MAX_POINTS, MIN_POINTS, PLANE } from "../settings/limits.js";

/** Where points come from, and which problem they are for. @typedef {{columns: DataColumns | null, problem: string}} PointUnits */

const ROUNDING = 1e6; // six decimal places
/** @type {PointUnits} */
const NO_UNITS = { columns: null, problem: "" };

/** @param {number} each */
const round = (each) => Math.round(each * ROUNDING) / ROUNDING + 0; // no -0

/** Return the shortest number of a column that maps to this position on the plane. @param {DataColumn} column @param {number} place */
function shortestNumber(column, place) {
	const value = fromPlane(column, place);
	for (let digits = 1; digits < 16; digits += 1) {
		const near = Number(value.toPrecision(digits));
		if (round(toPlane(column, near)) === round(place)) return near;
	}
	return value;
}

/** Return the target of a class by its index among the names of the column. @param {PointUnits} units @param {number} index */
const targetOf = ({ problem }, index) => (problem === "multiclass" ? index : 2 * index - 1);

/** Return points as text, one a line. @param {number[][]} points @param {PointUnits} [units] */
export function writePoints(points, units = NO_UNITS) {
	const { columns, problem } = units;
	const target = (/** @type {number} */ each) => {
		if (columns?.target) return shortestNumber(columns.target, each);
		return columns?.classes[problem === "multiclass" ? each : Number(each > 0)] ?? each;
	};
	const line = (/** @type {number[]} */ [x1, x2, each]) =>
		columns ? [shortestNumber(columns.x1, x1), shortestNumber(columns.x2, x2), target(each)] : [x1, x2, each];
	return points.map((point) => line(point).join(", ")).join("\n");
}

/** A number as it is written; NaN for anything else. @param {string} part */
const numberIn = (part) => (part.trim() === "" ? NaN : Number(part.trim().replace("−", "-")));

/**
 * The parts of a line: parted by semicolons, tabs, commas or blanks; where semicolons or tabs part them, a comma is a decimal point.
 * @param {string} line @param {boolean} named whether what follows two numbers is a name, of any signs
 */
function partsOf(line, named) {
	const hasSeparators = /[;\t]/.test(line);
	const sign = hasSeparators ? /[;\t]/ : /,/.test(line) ? /,/ : /\s+/;
	if (!named) return hasSeparators ? line.split(sign).map((part) => part.replace(",", ".")) : line.split(/\s*[,\s]\s*/);
	const [x1 = "", x2 = ""] = line.split(sign, 2).map((part) => (hasSeparators ? part.replace(",", ".") : part));
	const rest = line.split(sign).slice(2).join(hasSeparators ? ";" : sign.source === "," ? "," : " ");
	return [x1, x2, rest.trim()];
}

/** How a name is compared. @param {string} name */
const normalizeName = (name) => name.normalize("NFKC").replace(/\s+/g, " ").trim();

/**
 * The numbers of a line, on the plane. Of a name that no class has the target is NaN.
 * @param {string} line @param {PointUnits} units
 */
function numbersOf(line, units) {
	const { columns } = units;
	const names = columns?.classes ?? [];
	const parts = partsOf(line, names.length > 0);
	if (!columns) return parts.map(numberIn);
	const place = (/** @type {DataColumn | null} */ column, /** @type {string} */ part) =>
		column ? toPlane(column, numberIn(part)) : numberIn(part);
	const [x1, x2, target, ...more] = parts;
	const index = names.findIndex((name) => normalizeName(name) === normalizeName(target ?? ""));
	const last = names.length === 0 ? place(columns.target, target ?? "") : index < 0 ? NaN : targetOf(units, index);
	return [place(columns.x1, x1), place(columns.x2, x2 ?? ""), last, ...more.map(numberIn)];
}

/**
 * Parse points. A first line without any number is a heading; empty lines are skipped.
 * @param {string} text @param {(target: number) => boolean} suits whether a target can be learned @param {PointUnits} [units]
 * @returns {{points: number[][], outside?: {count: number, line: number, text: string}} |
 *   {fault: "numbers" | "range" | "target", line: number, text: string} | {fault: "least" | "most"}} `outside`: those that are not shown
 */
export function readPoints(text, suits, units = NO_UNITS) {
	const points = [];
	const outside = { count: 0, line: 0, text: "" };
	const named = (units.columns?.classes.length ?? 0) > 0;
	const lines = text.normalize("NFKC").trim().split(/\r\n?|\n/);
	for (const [index, line] of lines.entries()) {
		const trimmed = line.trim();
		if (trimmed === "") continue;
		const numbers = numbersOf(trimmed, units);
		if (index === 0 && numbers.slice(0, 2).every(Number.isNaN) && !Number.isFinite(numbers[2])) continue;
		const shown = trimmed.slice(0, 40);
		const wrong = (/** @type {"numbers" | "range" | "target"} */ fault) => ({ fault, line: index + 1, text: shown });
		const places = numbers.slice(0, named ? 2 : 3);
		if (numbers.length !== 3 || !places.every(Number.isFinite)) return wrong("numbers");
		if (places.some((each) => Math.abs(each) > MAX_COORDINATE)) return wrong("range");
		if (!suits(numbers[2])) return wrong("target");
		if (Math.max(Math.abs(numbers[0]), Math.abs(numbers[1])) > PLANE) {
			if (outside.count === 0) Object.assign(outside, { line: index + 1, text: shown });
			outside.count += 1;
		}
		points.push(numbers.map(round));
		if (points.length > MAX_POINTS) return { fault: "most" };
	}
	if (points.length < MIN_POINTS) return { fault: "least" };
	return outside.count > 0 ? { points, outside } : { points };
}
