// The log behind undo and redo: the changes that this page requested, in the order in which the server made them.

const MAX_CHANGES = 100; // older ones are forgotten
/** Settings whose changes keep the weights; any other change resets the training, and edited weights are lost. */
const LIVE_SETTINGS = [
	"learning_rate",
	"batch_size",
	"regularization",
	"regularization_rate",
	"l1_ratio",
	"data_seed",
	"points",
	"data_columns",
	"drawings",
];

/** Settings by name. @typedef {Record<string, unknown>} Settings */

const toJson = (/** @type {unknown} */ value) => JSON.stringify(value);

/** @param {Settings} settings @param {string[]} names @returns {Settings} */
const pick = (settings, names) => Object.fromEntries(names.map((name) => [name, settings[name]]));

/**
 * Return an empty log. Each gesture of a person is one change: a press, a drag, a held key.
 * @param {() => number} gesture number of the present gesture, see app/gestures.js
 */
export function createChangeLog(gesture) {
	/** @type {Change[]} */
	let done = [];
	/** @type {Change[]} */
	let undone = [];
	/** Requests that the server has not confirmed, by setting; `value` is undefined if only the server knows it. @type {Map<string, {gesture: number, value?: unknown}[]>} */
	const pending = new Map();

	/** Remove and return the requests of a setting up to this value; [] if the value was not requested. */
	function takePending(/** @type {string} */ name, /** @type {unknown} */ value) {
		const requests = pending.get(name) ?? [];
		const at = requests.findIndex((each) => each.value === undefined || toJson(each.value) === toJson(value));
		const taken = requests.splice(0, at + 1);
		if (requests.length === 0) pending.delete(name);
		return taken;
	}

	function add(/** @type {Change} */ change) {
		undone = [];
		const last = done.at(-1);
		if (last && last.subject === change.subject && last.gesture === change.gesture) {
			done[done.length - 1] = { ...change, before: { ...change.before, ...last.before }, after: { ...last.after, ...change.after } };
		} else done = [...done, change].slice(-MAX_CHANGES);
	}

	/** Forget edits of weights, which are lost. */
	function forgetEdits() {
		done = done.filter(({ edit }) => !edit);
		undone = undone.filter(({ edit }) => !edit);
	}

	/**
	 * Move the latest change of `from` that still has an effect to `to`, and return what it sets; null if there is none.
	 * @param {Change[]} from @param {Change[]} to @param {"before" | "after"} wanted @param {Settings} present settings
	 * @returns {Partial<Change> | null}
	 */
	function move(from, to, wanted, present) {
		const opposite = wanted === "before" ? "after" : "before";
		for (let change = from.pop(); change; change = from.pop()) {
			const { edit, subject } = change;
			// settings that somebody else has changed since are not touched
			const names = Object.keys(change[wanted]).filter((name) => edit || toJson(present[name]) === toJson(change[opposite][name]));
			if (names.length === 0) continue;
			to.push({ ...change, gesture: NaN });
			return { edit, subject, [wanted]: Object.fromEntries(names.map((name) => [name, change[wanted][name]])) };
		}
		return null;
	}

	return {
		/** Note requested changes of settings; a value that only the server knows is undefined. @param {Settings} changes */
		expect(changes) {
			for (const [name, value] of Object.entries(changes)) {
				pending.set(name, [...(pending.get(name) ?? []), { gesture: gesture(), value }]);
			}
		},

		/** Add the changes of the server's settings that this page requested. @param {Settings} before @param {Settings} after */
		receive(before, after) {
			const names = Object.keys(after).filter((name) => toJson(before[name]) !== toJson(after[name]));
			if (names.some((name) => !LIVE_SETTINGS.includes(name))) forgetEdits();
			const requests = names.map((name) => takePending(name, after[name]));
			const pendingNames = names.filter((_, index) => requests[index].length > 0);
			if (pendingNames.length === 0) return;
			const subject = pendingNames.join();
			const passed = requests.flat();
			const last = /** @type {{gesture: number}} */ (passed.at(-1)).gesture;
			let values = pick(before, names);
			// on a slow connection, one state may confirm several requests
			for (const { gesture, value } of names.length === 1 ? passed.slice(0, -1) : []) {
				if (value === undefined) continue;
				add({ subject, gesture, before: values, after: { [subject]: value } });
				values = { [subject]: value };
			}
			add({ subject, gesture: last, before: values, after: pick(after, names) });
		},

		/** Add an edit of a weight or a bias. @param {NonNullable<Change["edit"]>} edit @param {number} before @param {number} after */
		addEdit(edit, before, after) {
			add({ subject: toJson(edit), edit, gesture: gesture(), before: { value: before }, after: { value: after } });
		},

		/** Return what has to be set to undo the latest change; null: nothing. @param {Settings} present */
		undo: (present) => move(done, undone, "before", present),
		/** @param {Settings} present */
		redo: (present) => move(undone, done, "after", present),

		/** Return the changes that can be undone and redone next; null: none. */
		next: () => ({ undo: done.at(-1) ?? null, redo: undone.at(-1) ?? null }),

		forgetEdits,
		/** Forget the unconfirmed requests, as the server has refused one. */
		dropPending: () => pending.clear(),
		clear() {
			pending.clear();
			done = [];
			undone = [];
		},
	};
}
