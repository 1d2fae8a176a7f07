// Numbers as the page shows them; a dash where there is none.

const NO_VALUE = "–";
const SUPERSCRIPTS = [..."⁰¹²³⁴⁵⁶⁷⁸⁹"];

/** The digits of a whole number without sign, raised. @param {number} number */
export const superscript = (number) => [...String(number)].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");

/** @param {number | null | undefined} value @returns {string | null} what stands for a value that is not finite */
function nonFiniteText(value) {
	if (value === null || value === undefined || Number.isNaN(value)) return NO_VALUE;
	if (Number.isFinite(value)) return null;
	return value > 0 ? "∞" : "−∞";
}

/** Short powers of ten: 1.23e-4. @param {number} value @param {number} digits after the point */
const scientific = (value, digits) => value.toExponential(digits).replace("e+", "e").replace(/^-/, "−");

/** A loss, with three significant digits: 0.213, 1.23e-4. @type {Format} */
export function loss(value, numbers) {
	const other = nonFiniteText(value);
	if (other !== null) return other;
	const known = /** @type {number} */ (value);
	const size = Math.abs(known);
	if (size !== 0 && (size < 0.0009995 || size >= 999_500)) return scientific(known, 2);
	if (size === 0) return numbers.number(0);
	return numbers.number(known, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
}

/** A number on an axis, as short as possible: 0.5, 1e-5. @param {number} value @param {Numbers} numbers */
export function tickText(value, numbers) {
	const size = Math.abs(value);
	if (size !== 0 && (size < 0.001 || size >= 1e6)) {
		return String(Number(value.toPrecision(3)).toExponential()).replace("e+", "e").replace(/^-/, "−");
	}
	return numbers.number(value, { maximumSignificantDigits: 3 });
}

/** Finished epochs: 12,345. @param {number} value @param {Numbers} numbers */
export function epoch(value, numbers) {
	return nonFiniteText(value) ?? numbers.number(Math.floor(value), { maximumFractionDigits: 0 });
}

/** A weight or bias, with two decimals: −0.32. @type {Format} */
export function weight(value, numbers) {
	return nonFiniteText(value) ?? fixed(/** @type {number} */ (value), 2, numbers);
}

/**
 * A coordinate or a node's value: like a weight, with any number of decimals.
 * @param {number | null | undefined} value @param {Numbers} numbers
 */
export function value(value, numbers, decimals = 2) {
	return nonFiniteText(value) ?? fixed(/** @type {number} */ (value), decimals, numbers);
}

/** @param {number} value @param {number} decimals @param {Numbers} numbers */
function fixed(value, decimals, numbers) {
	if (Math.abs(value) >= 1e6) return scientific(value, 2);
	const rounded = Math.round(value * 10 ** decimals) === 0 ? 0 : value; // no "−0.00"
	return numbers.number(rounded, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** An accuracy: 97.6%, and 100% only if all answers are right. @type {Format} */
export function accuracy(fraction, numbers) {
	const other = nonFiniteText(fraction);
	if (other !== null) return other;
	const digits = fraction === 1 ? 0 : 1;
	const shown = fraction === 1 ? 1 : Math.min(/** @type {number} */ (fraction), 0.999);
	return numbers.number(shown, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Return a float32 exactly, in as few digits as possible: "0.1" for the float32 nearest to 0.1. `Number` can parse it.
 * @param {number} value
 */
export function exact(value) {
	if (Math.fround(value) !== value) return String(value);
	for (let digits = 1; digits < 9; digits += 1) {
		const shorter = Number(value.toPrecision(digits));
		if (Math.fround(shorter) === value) return String(shorter);
	}
	return String(Number(value.toPrecision(9)));
}

/**
 * Return a typed number, or NaN. Accepts a decimal comma, a minus sign and full-width digits.
 * @param {string} text
 */
export function parseNumber(text) {
	const plain = text.normalize("NFKC").trim().replace(",", ".").replace("−", "-");
	return plain === "" ? NaN : Number(plain);
}

/** Units of time and their seconds, the largest first. @type {[string, number][]} */
const TIME_UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** A duration in the largest unit of which it is a whole number: 1 day, 90 minutes. @param {number} seconds @param {Numbers} numbers */
export function duration(seconds, numbers) {
	const whole = Math.max(1, Math.round(seconds));
	const [unit, size] = /** @type {[string, number]} */ (TIME_UNITS.find(([, each]) => whole % each === 0));
	return numbers.number(whole / size, { style: "unit", unit, unitDisplay: "long" });
}
