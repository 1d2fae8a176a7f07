// Upscales a small heat map by Catmull-Rom interpolation of its values, before they are mapped to colours.

/** Return for each new cell of a row the four source cells and their Catmull-Rom weights. @param {number} size @param {number} factor */
function interpolationTaps(size, factor) {
	return Array.from({ length: size * factor }, (_, index) => {
		const at = (index + 0.5) / factor - 0.5;
		const first = Math.floor(at);
		const t = at - first;
		const cells = [-1, 0, 1, 2].map((step) => Math.max(0, Math.min(size - 1, first + step)));
		const weights = [t * (-0.5 + t * (1 - 0.5 * t)), 1 + t * t * (1.5 * t - 2.5), t * (0.5 + t * (2 - 1.5 * t)), t * t * (0.5 * t - 0.5)];
		return { cells, weights };
	});
}

/**
 * Return the upscaled map.
 * @param {Int8Array} values row by row, `size` squared @param {number} size @param {number} factor how many cells each one becomes, across and down
 * @returns {Int8Array}
 */
export function upscale(values, size, factor) {
	const taps = interpolationTaps(size, factor);
	const wide = size * factor;
	const rows = new Float32Array(size * wide);
	const refined = new Int8Array(wide * wide);
	taps.forEach(({ cells: [a, b, c, d], weights: [p, q, r, s] }, x) => {
		for (let row = 0; row < size; row += 1) {
			const from = row * size;
			rows[row * wide + x] = values[from + a] * p + values[from + b] * q + values[from + c] * r + values[from + d] * s;
		}
	});
	taps.forEach(({ cells, weights: [p, q, r, s] }, y) => {
		const [a, b, c, d] = cells.map((each) => each * wide);
		for (let x = 0; x < wide; x += 1) {
			const value = rows[a + x] * p + rows[b + x] * q + rows[c + x] * r + rows[d + x] * s;
			refined[y * wide + x] = Math.max(-127, Math.min(127, Math.round(value)));
		}
	});
	return refined;
}
