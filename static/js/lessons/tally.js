// What counts of a lesson that is a class's task: the checks that the server has seen reached at this seat, whatever this browser keeps of it
// from earlier or from another learner.

/** @typedef {import("./types.d.ts").GivenProgress} GivenProgress */

export function createTally() {
	/** The numbers of the checks that are reached, from 0, by step. @type {Map<number, Set<number>>} */
	const reached = new Map();
	/** @type {number[]} */
	let checks = [];
	let since = NaN; // when the lesson began

	const add = (/** @type {number} */ step, /** @type {number[]} */ numbers) =>
		void reached.set(step, new Set([...(reached.get(step) ?? []), ...numbers]));

	return {
		/** When the lesson began for the seat. */
		get since() {
			return since;
		},
		/** How many checks of the lesson are reached, and how many it has. */
		get total() {
			return { met: [...reached.values()].reduce((sum, { size }) => sum + size, 0), of: checks.reduce((sum, each) => sum + each, 0) };
		},
		/** Note what the server answers about a step. */
		add,
		/** Take in what the server has of the seat; answers about steps may have come before it. @param {GivenProgress} progress */
		take({ since: began, by_step: steps }) {
			if (began !== since) reached.clear();
			since = began;
			checks = steps.map(({ length }) => length);
			steps.forEach((step, index) => add(index + 1, step.flatMap((each, number) => (each ? [number] : []))));
		},
		/** The checks of a step that are reached, and whether all are; nothing of a step without checks. @param {number} step */
		of(step) {
			if (!checks[step - 1]) return {};
			const numbers = [...(reached.get(step) ?? [])];
			return { checks: numbers, done: numbers.length >= checks[step - 1] };
		},
	};
}
