// What a person does before the training is known, which is done as soon as it is.

const MAX_WAITING = 50;

/** @param {Store} store */
export function createActionQueue(store) {
	/** @type {(() => unknown)[]} */
	let waiting = [];
	store.subscribe(({ server }) => {
		if (!server || waiting.length === 0) return;
		const acts = waiting;
		waiting = [];
		for (const act of acts) act();
	});

	return {
		/**
		 * Return actions that wait, in their order, while no training is known.
		 * @template {Record<string, (...given: any[]) => unknown>} Acts @param {Acts} actions @returns {Acts}
		 */
		queued(actions) {
			const queueing = Object.entries(actions).map(([name, act]) => [
				name,
				(/** @type {any[]} */ ...given) => {
					if (store.get().server) return act(...given);
					if (waiting.length < MAX_WAITING) waiting.push(() => act(...given));
					return undefined;
				},
			]);
			return /** @type {Acts} */ (Object.fromEntries(queueing));
		},
		/** Drop what waits: another training is opened. */
		forget() {
			waiting = [];
		},
	};
}
