// The page's state in one place: read it, change a part of it, be called on changes.

/** Whether a part of the state has another value than before. @template {object} Part @param {Part} part @param {Part} before */
export const differs = (part, before) =>
	/** @type {(keyof Part)[]} */ (Object.keys(part)).some((key) => !Object.is(part[key], before[key]));

/**
 * Return a store.
 * @template {object} State
 * @param {State} initial
 */
export function createStore(initial) {
	let state = initial;
	/** @type {Set<(state: State, before: State) => void>} */
	const listeners = new Set();

	return {
		/** @returns {State} the current state; do not change it in place */
		get: () => state,

		/**
		 * Change a part of the state. Listeners are called if a value differs from before.
		 * @param {Partial<State>} partial
		 */
		set(partial) {
			if (!differs(partial, state)) return;
			const before = state;
			state = { ...state, ...partial };
			for (const listener of [...listeners]) listener(state, before);
		},

		/**
		 * @param {(state: State, before: State) => void} listener
		 * @returns {() => void} ends the subscription
		 */
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
}
