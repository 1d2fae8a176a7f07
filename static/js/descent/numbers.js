// Numbers of the laboratory: four digits that count, in formulas with a power of ten where there would be many zeros.
import { superscript } from "../ui/format.js";

const NUMBER_FORMAT = { maximumSignificantDigits: 4, useGrouping: false };
const [MIN_PLAIN, MAX_PLAIN] = [0.001, 99_999]; // in formulas, others have a power of ten

const MIN_DECIMAL = 1e-5; // in texts, smaller ones have a power of ten

/** A number as text. @param {number} value @param {I18n} i18n */
export function plain(value, i18n) {
	const size = Math.abs(value);
	if (size === 0 || size >= MIN_DECIMAL || !Number.isFinite(value)) return i18n.number(value, NUMBER_FORMAT);
	const [front, power] = value.toExponential(3).split("e");
	const raised = superscript(-Number(power));
	return `${i18n.number(Number(front), NUMBER_FORMAT)}×10⁻${raised}`;
}

/** A number for a formula: 1.234e-5 stands for a power of ten. @param {I18n} i18n @returns {(value: number) => string} */
export const writer = (i18n) => (value) => {
	const size = Math.abs(value);
	if (size === 0 || !Number.isFinite(value) || (size >= MIN_PLAIN && size <= MAX_PLAIN)) return plain(value, i18n);
	const [front, power] = value.toExponential(3).split("e");
	return `${plain(Number(front), i18n)}e${Number(power)}`;
};
