// Optimistic updates: requested values that the server has not confirmed yet, on which the next click builds.

const ANSWER_TIMEOUT = 6000; // milliseconds, after which the server's value counts again
const same = (/** @type {unknown} */ one, /** @type {unknown} */ other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Return an empty list of requests.
 * @template {object} [Known=Requested] @param {() => number} [now] milliseconds
 * @param {() => void} [onSilence] called when the server has left requests unconfirmed for so long that its values count again
 */
export function createOptimistic(now = () => performance.now(), onSilence) {
	let timer = 0;
	/** @type {Map<keyof Known, {values: unknown[], until: number}>} the server's value, then the requested ones */
	const pending = new Map();

	return {
		/** @param {Partial<Known>} changes @param {Partial<Known> | null} [known] the values before */
		add(changes, known) {
			for (const [name, value] of /** @type {[keyof Known, unknown][]} */ (Object.entries(changes))) {
				const values = pending.get(name)?.values ?? [known?.[name]];
				pending.set(name, { values: same(values.at(-1), value) ? values : [...values, value], until: now() + ANSWER_TIMEOUT });
			}
			clearTimeout(timer);
			if (!onSilence) return;
			timer = setTimeout(() => pending.size > 0 && onSilence(), ANSWER_TIMEOUT + 100);
			Object(timer).unref?.(); // a process of Node need not wait for it
		},

		clear() {
			pending.clear();
			clearTimeout(timer);
		},

		/**
		 * Return the server's values with those of unconfirmed requests. A state confirms the oldest request whose value it has.
		 * @param {Known} known
		 */
		applyTo(known) {
			const wanted = { ...known };
			for (const [name, { values, until }] of pending) {
				values.splice(0, values.findIndex((each) => same(each, known[name])));
				if (values.length < 2 || now() > until) pending.delete(name);
				else Object.assign(wanted, { [name]: values.at(-1) });
			}
			if (pending.size === 0) clearTimeout(timer);
			return wanted;
		},
	};
}
