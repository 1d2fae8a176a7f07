// Formats numbers of any size for the panel.
import { superscript } from "../ui/format.js";

const [MIN_PLAIN, MAX_PLAIN] = [0.001, 9999]; // others are written with a power of ten

/** Return a number with some significant digits, as a power of ten if it is very large or small; "–" for null, undefined and NaN. @param {number | null | undefined} value @param {I18n} i18n */
export function brief(value, i18n, maximumSignificantDigits = 2) {
	if (value === null || value === undefined || Number.isNaN(value)) return "–";
	const size = Math.abs(value);
	if (size === 0 || !Number.isFinite(size) || (size >= MIN_PLAIN && size <= MAX_PLAIN)) {
		return i18n.number(value, { maximumSignificantDigits }).replace("-", "−");
	}
	const [shown, exponent] = value.toExponential(maximumSignificantDigits - 1).split("e"); // rounded first: 9.99e-4 is 1e-3
	const power = Number(exponent);
	const digits = superscript(Math.abs(power));
	const front = i18n.number(Number(shown), { maximumSignificantDigits }).replace("-", "−");
	return `${front}×10${power < 0 ? "⁻" : ""}${digits}`;
}

const BAR_DECADES = 8; // powers of ten between an empty bar and a full one

/** Return the length of a bar for a size, from 0 to 1, on a logarithmic scale: 1 for 1 and more, 0 for 1e-8 and less. @param {number} size */
export const barOf = (size) => (size > 0 ? Math.max(0, Math.min(1, 1 + Math.log10(size) / BAR_DECADES)) : 0);
