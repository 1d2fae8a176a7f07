// Numbers of any size as the panel writes them.

const SUPERSCRIPTS = [..."⁰¹²³⁴⁵⁶⁷⁸⁹"];
const [MIN_PLAIN, MAX_PLAIN] = [0.001, 9999]; // others are written with a power of ten

/** A number with so many digits that count; a dash for none. @param {number | null | undefined} value @param {I18n} i18n */
export function brief(value, i18n, maximumSignificantDigits = 2) {
	if (value === null || value === undefined || Number.isNaN(value)) return "–";
	const size = Math.abs(value);
	if (size === 0 || !Number.isFinite(size) || (size >= MIN_PLAIN && size <= MAX_PLAIN)) {
		return i18n.number(value, { maximumSignificantDigits }).replace("-", "−");
	}
	const [shown, exponent] = value.toExponential(maximumSignificantDigits - 1).split("e"); // rounded first: 9.99e-4 is 1e-3
	const power = Number(exponent);
	const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
	const front = i18n.number(Number(shown), { maximumSignificantDigits }).replace("-", "−");
	return `${front}×10${power < 0 ? "⁻" : ""}${digits}`;
}

const BAR_DECADES = 8; // powers of ten between an empty bar and a full one

/** The length of a bar that stands for a size: 1 is full, 1e-8 and less empty. @param {number} size */
export const barOf = (size) => (size > 0 ? Math.max(0, Math.min(1, 1 + Math.log10(size) / BAR_DECADES)) : 0);
