// Numbers that look random and are the same in every run.

/** @param {number} seed */
export function createRandom(seed) {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (/** @type {number} */ count) => Math.floor(next() * count);
	return {
		next,
		below,
		flip: () => next() < 0.5,
		/** @template T @param {T[]} choices @returns {T} */
		pick: (choices) => choices[below(choices.length)],
	};
}
