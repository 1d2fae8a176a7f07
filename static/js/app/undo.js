// Undo and redo of what a person changes in the lab; the training itself is not undone.
import { message } from "../net/protocol.js";
import { createChangeLog } from "../state/change-log.js";
import { biasIndex, weightIndex } from "../state/parameters.js";

/**
 * @param {ActionTools} tools @param {() => Requested | null} present @param {Ask} ask
 * @param {() => number} [now] milliseconds
 */
export function createUndo({ store, send, refuse }, present, ask, now) {
	const log = createChangeLog(now);
	const tell = () => {
		const next = log.next();
		const { undo, redo } = store.get().changes;
		if (next.undo !== undo || next.redo !== redo) store.set({ changes: next });
	};

	/** @param {NonNullable<Change["edit"]>} edit @param {unknown} value */
	const set = (edit, value) => send(message[edit.source === undefined ? "editBias" : "editWeight"]({ ...edit, value }));

	/** Ask for what undoes or redoes a change. @param {"undo" | "redo"} way @param {"before" | "after"} wanted */
	function move(way, wanted) {
		const settings = present();
		if (!settings) return;
		const change = log[way]({ ...settings });
		const changes = change?.[wanted];
		if (change?.edit) set(change.edit, changes?.value);
		else if (changes) ask(changes, message.configure({ changes }), settings);
		tell();
	}

	/** Change a weight or a bias. @param {WeightEdit | BiasEdit} change */
	function edit({ value, ...edit }) {
		if (store.get().looksOnly) return refuse();
		const { server, parameters } = store.get();
		const place = server &&
			("source" in edit
				? weightIndex(server.layout, edit.layer, edit.source, edit.neuron)
				: biasIndex(server.layout, edit.layer, edit.neuron));
		if (parameters && place !== null) log.edited(edit, parameters[place], value);
		set(edit, value);
		tell();
	}

	store.subscribe(({ server }, { server: before }) => {
		if (server === before) return;
		if (!server) log.clear();
		else if (before) log.follow({ ...before.config }, { ...server.config });
		tell();
	});

	return {
		/** This page asks for changes that a person can undo. */
		expect: log.expect,
		/** The server refused what was asked for. */
		refused: log.refused,
		actions: {
			undo: () => move("undo", "before"),
			redo: () => move("redo", "after"),
			editWeight: (/** @type {WeightEdit} */ change) => edit(change),
			editBias: (/** @type {BiasEdit} */ change) => edit(change),
			regenerate() {
				if (!store.get().looksOnly) log.expect({ data_seed: undefined });
				send(message.regenerate());
			},
			newWeights() {
				if (!store.get().looksOnly) log.expect({ weights_seed: undefined });
				send(message.newWeights());
			},
			reset() {
				log.forgetEdits();
				send(message.reset());
				tell();
			},
		},
	};
}
