// Advice when the training has diverged: a learning rate about ten times smaller.

/**
 * The largest usual learning rate that is at most a tenth of this one.
 * @param {number} rate @param {number[]} usual ascending
 */
export function calmerRate(rate, usual) {
	const calmer = usual.filter((each) => each <= (rate / 10) * 1.000001);
	return calmer.length > 0 ? calmer[calmer.length - 1] : rate / 10;
}
