// Ticks of the axes of pictures, in the units of a table's column where there is one.
import { fromPlane, toPlane } from "../settings/columns.js";
import { linearScale } from "../ui/scale.js";

/** Format tick values with as many digits as tell them apart. @param {number[]} values evenly spaced @param {Numbers} numbers @returns {string[]} */
export function tickTexts(values, numbers) {
	const step = values.length > 1 ? values[1] - values[0] : 1;
	const power = Math.floor(Math.log10(step) + 1e-9);
	const largest = Math.max(...values.map(Math.abs));
	if (largest < 1e7 && power >= -4) {
		const digits = Math.max(0, -power);
		return values.map((each) =>
			numbers.number(each, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: "min2" })
		);
	}
	return values.map((each) => {
		if (each === 0) return "0";
		const digits = Math.max(0, Math.floor(Math.log10(Math.abs(each)) + 1e-9) - power);
		return each.toExponential(Math.min(digits, 15)).replace("e+", "e").replace(/^-/, "−");
	});
}

/**
 * Return ticks between two positions on the plane: texts and positions.
 * @param {number} low @param {number} high @param {number} count about how many @param {Numbers} numbers
 * @param {DataColumn | null} [column] whose units they have; without one they are the places themselves
 * @returns {{text: string, at: number}[]}
 */
export function ticksBetween(low, high, count, numbers, column = null) {
	const [first, last] = column ? [fromPlane(column, low), fromPlane(column, high)] : [low, high];
	const values = linearScale([first, last], [0, 1]).ticks(count);
	const texts = tickTexts(values, numbers);
	return values.map((value, index) => ({ text: texts[index], at: column ? toPlane(column, value) : value }))
		.filter(({ text }, index) => texts.indexOf(text) === index); // drop ticks whose texts are equal
}
