// Undo and redo: the changes of the lab that this page asked for, in the order in which the server made them.

const MOST = 100; // changes that are kept
const TOGETHER = 1000; // milliseconds within which changes of the same settings are one change, as those of a slider
/** Settings of which a change keeps the weights; any other starts again, and edited weights are gone. */
const LIVE = ["learning_rate", "batch_size", "regularization", "regularization_rate", "l1_ratio", "data_seed", "points"];

/** Settings by name. @typedef {Record<string, unknown>} Settings */

const text = (/** @type {unknown} */ value) => JSON.stringify(value);

/** @param {() => number} [now] milliseconds */
export function createChangeLog(now = () => performance.now()) {
	/** @type {Change[]} */
	let done = [];
	/** @type {Change[]} */
	let undone = [];
	/** Values that were asked for by setting, as JSON; null: any value. @type {Map<string, (string | null)[]>} */
	const asked = new Map();

	/** Whether a setting was asked for with this value. Forgets what was asked for before it. */
	function wasAsked(/** @type {string} */ name, /** @type {unknown} */ value) {
		const values = asked.get(name) ?? [];
		const at = values.findIndex((each) => each === null || each === text(value));
		if (at === values.length - 1) asked.delete(name);
		else values.splice(0, at + 1);
		return at >= 0;
	}

	function add(/** @type {Change} */ change) {
		undone = [];
		const last = done.at(-1);
		if (last && last.subject === change.subject && change.at - last.at < TOGETHER) {
			done[done.length - 1] = { ...change, before: { ...change.before, ...last.before }, after: { ...last.after, ...change.after } };
		} else done = [...done, change].slice(-MOST);
	}

	/** Forget edited weights, which are gone. */
	function forgetEdits() {
		done = done.filter(({ edit }) => !edit);
		undone = undone.filter(({ edit }) => !edit);
	}

	/**
	 * The newest change of `from` that still has an effect, moved to `to`; null if there is none.
	 * @param {Change[]} from @param {Change[]} to @param {"before" | "after"} wanted @param {Settings} present settings
	 * @returns {Partial<Change> | null}
	 */
	function move(from, to, wanted, present) {
		const opposite = wanted === "before" ? "after" : "before";
		for (let change = from.pop(); change; change = from.pop()) {
			const { edit, subject } = change;
			// What somebody else changed meanwhile stays as it is.
			const names = Object.keys(change[wanted]).filter((name) => edit || text(present[name]) === text(change[opposite][name]));
			if (names.length === 0) continue;
			to.push({ ...change, at: -Infinity });
			return { edit, subject, [wanted]: Object.fromEntries(names.map((name) => [name, change[wanted][name]])) };
		}
		return null;
	}

	return {
		/** This page asks for changes of settings; a value that only the server knows is undefined. @param {Settings} changes */
		expect(changes) {
			for (const [name, value] of Object.entries(changes)) {
				asked.set(name, [...(asked.get(name) ?? []), value === undefined ? null : text(value)]);
			}
		},

		/** The server's settings have changed. @param {Settings} before @param {Settings} after */
		follow(before, after) {
			const names = Object.keys(after).filter((name) => text(before[name]) !== text(after[name]));
			if (names.some((name) => !LIVE.includes(name))) forgetEdits();
			const own = names.filter((name) => wasAsked(name, after[name]));
			if (own.length === 0) return;
			const values = (/** @type {Settings} */ of) => Object.fromEntries(names.map((name) => [name, of[name]]));
			add({ subject: own.join(), at: now(), before: values(before), after: values(after) });
		},

		/** A weight or a bias was edited. @param {NonNullable<Change["edit"]>} edit @param {number} before @param {number} after */
		edited(edit, before, after) {
			add({ subject: text(edit), edit, at: now(), before: { value: before }, after: { value: after } });
		},

		/** What has to be asked for to undo the newest change. @param {Settings} present */
		undo: (present) => move(done, undone, "before", present),
		/** @param {Settings} present */
		redo: (present) => move(undone, done, "after", present),

		/** What can be undone and redone next. */
		next: () => ({ undo: done.at(-1) ?? null, redo: undone.at(-1) ?? null }),

		forgetEdits,
		/** The server refused what was asked for. */
		refused: () => asked.clear(),
		clear() {
			asked.clear();
			done = [];
			undone = [];
		},
	};
}
