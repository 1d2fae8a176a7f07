// Scales from numbers to pixels and back, with round numbers for the axis.

/** @typedef {[number, number]} Pair */

/**
 * A linear scale. A domain without width maps to the middle of the range.
 * @param {Pair} domain @param {Pair} range
 * @returns {Scale}
 */
export function linearScale([low, high], [start, end]) {
	const width = high - low;
	const scale = (/** @type {number} */ value) => width === 0 ? (start + end) / 2 : start + ((value - low) / width) * (end - start);
	return Object.assign(scale, {
		invert: (/** @type {number} */ place) => low + ((place - start) / (end - start)) * width,
		ticks: (count = 5) => linearTicks(Math.min(low, high), Math.max(low, high), count),
	});
}

/**
 * A logarithmic scale.
 * @param {Pair} domain both above zero @param {Pair} range
 * @returns {Scale}
 * @throws {RangeError} if a bound of the domain is not above zero
 */
export function logScale([low, high], range) {
	if (!(low > 0 && high > 0)) throw new RangeError(`a logarithmic scale needs bounds above zero, not ${low} and ${high}`);
	const inner = linearScale([Math.log10(low), Math.log10(high)], range);
	return Object.assign((/** @type {number} */ value) => inner(Math.log10(value)), {
		invert: (/** @type {number} */ place) => 10 ** inner.invert(place),
		ticks: (count = 5) => logTicks(Math.min(low, high), Math.max(low, high), count),
	});
}

/** A power of ten, as exact as possible. @param {number} exponent */
const power = (exponent) => Number(`1e${exponent}`);

/** @param {number} low @param {number} high @param {number} count about how many */
function linearTicks(low, high, count) {
	if (!(high > low)) return [low];
	const rough = (high - low) / Math.max(1, count);
	const exponent = Math.floor(Math.log10(rough));
	const unit = [1, 2, 5, 10].find((each) => each * power(exponent) >= rough * 0.999) ?? 10;
	const [first, last] = [low, high].map((bound) => bound / unit / power(exponent));
	const ticks = [];
	for (let i = Math.ceil(first - 1e-9); i <= last + 1e-9; i += 1) {
		ticks.push(Number(`${i * unit}e${exponent}`)); // not i * step, which would give 0.30000000000000004
	}
	return ticks;
}

/** @param {number} low @param {number} high @param {number} count at most, but for a narrow domain */
function logTicks(low, high, count) {
	const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
	const inside = (/** @type {number} */ value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
	for (const units of [[1, 2, 5], [1, 3], [1]]) {
		const ticks = [];
		for (let exponent = first; exponent <= last; exponent += 1) {
			for (const unit of units) ticks.push(Number(`${unit}e${exponent}`));
		}
		const shown = ticks.filter(inside);
		if (shown.length <= count) return shown.length >= 2 ? shown : linearTicks(low, high, count);
	}
	const every = Math.ceil((last - first + 1) / Math.max(1, count));
	const decades = [];
	for (let exponent = first; exponent <= last; exponent += 1) {
		if (exponent % every === 0 && inside(power(exponent))) decades.push(power(exponent));
	}
	return decades;
}
