// The verified checks of an assigned lesson, as the server counts them for this seat. They replace what this browser has stored of the lesson,
// which may be from earlier or from another learner.

/** @typedef {import("./types.d.ts").AssignedProgress} AssignedProgress */

/** Return an empty tally. */
export function createTally() {
	/** The numbers of the checks that are reached, from 0, by step. @type {Map<number, Set<number>>} */
	const reached = new Map();
	/** @type {number[]} */
	let checks = [];
	let since = NaN; // when the lesson began, in seconds of Unix time

	const add = (/** @type {number} */ step, /** @type {number[]} */ numbers) =>
		void reached.set(step, new Set([...(reached.get(step) ?? []), ...numbers]));

	return {
		/** When the lesson began for the seat, in seconds of Unix time; NaN before that is known. */
		get since() {
			return since;
		},
		/** How many checks of the lesson are reached, and how many it has. */
		get total() {
			return { met: [...reached.values()].reduce((sum, { size }) => sum + size, 0), of: checks.reduce((sum, each) => sum + each, 0) };
		},
		/** Add checks of a step that the server has verified: `step` from 1, `numbers` of the checks from 0. */
		add,
		/** Merge the server's counts for the seat; those of single steps may have been added before. A new start of the lesson resets all. @param {AssignedProgress} progress */
		receive({ since: newSince, by_step: steps }) {
			if (newSince !== since) reached.clear();
			since = newSince;
			checks = steps.map(({ length }) => length);
			steps.forEach((step, index) => add(index + 1, step.flatMap((each, number) => (each ? [number] : []))));
		},
		/** Return the reached checks of a step and whether it is done; {} for a step without checks. @param {number} step */
		storedStep(step) {
			if (!checks[step - 1]) return {};
			const numbers = [...(reached.get(step) ?? [])];
			return { checks: numbers, done: numbers.length >= checks[step - 1] };
		},
	};
}
