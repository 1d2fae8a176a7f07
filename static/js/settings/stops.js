// The values at which a slider stops.

const ROUND_NUMBERS = [1, 1.5, 2, 3, 4, 5, 7.5]; // times a power of ten: between a slider's usual values and all points

/** Round numbers between two others. @param {number} low @param {number} high */
function roundNumbersBetween(low, high) {
	const found = [];
	for (let power = 10; power < high; power *= 10) {
		for (const each of ROUND_NUMBERS) if (each * power > low && each * power < high) found.push(each * power);
	}
	return found;
}

/**
 * Return the values of a slider, ascending. They include the present one, so that a move starts from it.
 * @param {{minimum: number, maximum: number, step?: number}} offered the usual values
 * @param {number} value the present one
 * @param {number} [points] what the setting counts, if it counts points: all of them are the last stop
 */
export function stopsOf({ minimum, maximum, step = 1 }, value, points) {
	const last = points === undefined ? maximum : Math.min(maximum, points);
	const stops = [];
	for (let each = minimum; each <= last; each += step) stops.push(each);
	if (points !== undefined && points > maximum) stops.push(...roundNumbersBetween(maximum, points), points);
	if (!stops.includes(value)) stops.push(value);
	return stops.sort((one, other) => one - other);
}
