// Numbers of the laboratory: four digits that count, in formulas with a power of ten where there would be many zeros.

const DIGITS = { maximumSignificantDigits: 4, useGrouping: false };
const [LEAST, LARGEST] = [0.001, 99_999];

/** A number as text. @param {number} value @param {I18n} i18n */
export const plain = (value, i18n) => i18n.number(value, DIGITS);

/** A number for a formula: 1.234e-5 stands for a power of ten. @param {I18n} i18n @returns {(value: number) => string} */
export const writer = (i18n) => (value) => {
	const size = Math.abs(value);
	if (size === 0 || !Number.isFinite(value) || (size >= LEAST && size <= LARGEST)) return plain(value, i18n);
	const [front, power] = value.toExponential(3).split("e");
	return `${plain(Number(front), i18n)}e${Number(power)}`;
};
