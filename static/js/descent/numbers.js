// Numbers of the laboratory: four digits that count, in formulas with a power of ten where there would be many zeros.

const DIGITS = { maximumSignificantDigits: 4, useGrouping: false };
const [LEAST, LARGEST] = [0.001, 99_999];

const SUPERSCRIPTS = [..."⁰¹²³⁴⁵⁶⁷⁸⁹"];
const TINY = 1e-5; // below, a text has a power of ten

/** A number as text. @param {number} value @param {I18n} i18n */
export function plain(value, i18n) {
	const size = Math.abs(value);
	if (size === 0 || size >= TINY || !Number.isFinite(value)) return i18n.number(value, DIGITS);
	const [front, power] = value.toExponential(3).split("e");
	const raised = [...power.replace("-", "")].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
	return `${i18n.number(Number(front), DIGITS)}×10⁻${raised}`;
}

/** A number for a formula: 1.234e-5 stands for a power of ten. @param {I18n} i18n @returns {(value: number) => string} */
export const writer = (i18n) => (value) => {
	const size = Math.abs(value);
	if (size === 0 || !Number.isFinite(value) || (size >= LEAST && size <= LARGEST)) return plain(value, i18n);
	const [front, power] = value.toExponential(3).split("e");
	return `${plain(Number(front), i18n)}e${Number(power)}`;
};
