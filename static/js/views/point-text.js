// Points as text, one a line: x1, x2, target.

import { MAX_COORDINATE, MAX_POINTS, MIN_POINTS } from "../settings/limits.js";

/** @param {number[][]} points */
export const writePoints = (points) => points.map((point) => point.join(", ")).join("\n");

/** Numbers of a line: parted by semicolons, tabs, commas or blanks; where semicolons or tabs part them, a comma is a decimal point. @param {string} line */
function numbersOf(line) {
	const parts = /[;\t]/.test(line) ? line.split(/[;\t]/).map((part) => part.replace(",", ".")) : line.split(/\s*[,\s]\s*/);
	return parts.map((part) => (part.trim() === "" ? NaN : Number(part.trim().replace("−", "-"))));
}

/**
 * Read such a text. A first line without any number is a heading; empty lines are skipped.
 * @param {string} text @param {(target: number) => boolean} suits whether a target can be learned
 * @returns {{points: number[][]} | {fault: "numbers" | "range" | "target", line: number, text: string} | {fault: "least" | "most"}}
 */
export function readPoints(text, suits) {
	const points = [];
	const lines = text.normalize("NFKC").trim().split(/\r\n?|\n/);
	for (const [index, line] of lines.entries()) {
		const trimmed = line.trim();
		if (trimmed === "") continue;
		const numbers = numbersOf(trimmed);
		if (index === 0 && numbers.every(Number.isNaN)) continue;
		const wrong = (/** @type {"numbers" | "range" | "target"} */ fault) => ({ fault, line: index + 1, text: trimmed.slice(0, 40) });
		if (numbers.length !== 3 || !numbers.every(Number.isFinite)) return wrong("numbers");
		if (numbers.some((each) => Math.abs(each) > MAX_COORDINATE)) return wrong("range");
		if (!suits(numbers[2])) return wrong("target");
		points.push(numbers.map((each) => Math.round(each * 1e4) / 1e4 + 0));
		if (points.length > MAX_POINTS) return { fault: "most" };
	}
	return points.length < MIN_POINTS ? { fault: "least" } : { points };
}
