// Queues actions of a person until the first state of the training has come.

const MAX_WAITING = 50;

/** Return an empty queue. @param {Store} store */
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
		 * Return actions that are queued, in order, until the first state has come.
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
		/** Drop queued actions, as another training is opened. */
		forget() {
			waiting = [];
		},
	};
}
