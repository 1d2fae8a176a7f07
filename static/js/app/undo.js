// Undo and redo of a person's changes in the lab; training itself is not undone.
import { message } from "../net/protocol.js";
import { createChangeLog } from "../state/change-log.js";
import { biasIndex, weightIndex } from "../state/parameters.js";

/** Whether requested settings differ from the server's, so that a change is not confirmed yet. @param {ServerState | null} server @param {Requested | null} wanted */
const isAhead = (server, wanted) =>
	Object.entries(server?.config ?? {}).some(([name, value]) =>
		JSON.stringify(value) !== JSON.stringify(wanted?.[/** @type {keyof Config} */ (name)])
	);

/**
 * Return undo and redo, and the actions whose changes they revert.
 * @param {ActionTools} tools @param {() => Requested | null} present @param {RequestChange} requestChange
 */
export function createUndo({ store, send, refuse, gesture }, present, requestChange) {
	const log = createChangeLog(gesture);
	/** Calls of undo and redo that wait until the server has confirmed the changes before them. @type {("undo" | "redo")[]} */
	let queued = [];
	const publish = () => {
		const next = log.next();
		const { undo, redo } = store.get().changes;
		if (next.undo !== undo || next.redo !== redo) store.set({ changes: next });
	};

	/** @param {NonNullable<Change["edit"]>} edit @param {unknown} value */
	const sendEdit = (edit, value) => send(message[edit.source === undefined ? "editBias" : "editWeight"]({ ...edit, value }));

	/** Undo or redo a change; wait if the server has not confirmed the latest change yet. @param {"undo" | "redo"} way */
	function undoOrRedo(way) {
		const settings = present();
		if (!settings) return;
		if (isAhead(store.get().server, settings)) {
			queued.push(way);
			return;
		}
		const change = log[way]({ ...settings });
		const changes = change?.[way === "undo" ? "before" : "after"];
		if (change?.edit) sendEdit(change.edit, changes?.value);
		else if (changes) requestChange(changes, message.configure({ changes }), settings);
		publish();
	}

	/** Change a weight or a bias. @param {WeightEdit | BiasEdit} change */
	function editParameter({ value, ...edit }) {
		if (store.get().isWatchOnly) return refuse();
		const { server, parameters } = store.get();
		const place = server &&
			("source" in edit
				? weightIndex(server.layout, edit.layer, edit.source, edit.neuron)
				: biasIndex(server.layout, edit.layer, edit.neuron));
		if (parameters && place !== null) log.addEdit(edit, parameters[place], value);
		sendEdit(edit, value);
		publish();
	}

	store.subscribe(({ server }, { server: before }) => {
		if (server === before) return;
		if (!server) forget();
		else if (before) log.receive({ ...before.config }, { ...server.config });
		publish();
		if (queued.length === 0 || isAhead(server, present())) return;
		const ways = queued;
		queued = [];
		ways.forEach(undoOrRedo);
	});

	/** Forget all changes, as they belong to another training. */
	function forget() {
		log.clear();
		queued = [];
	}

	return {
		/** Note changes that this page requests and a person can undo. */
		expect: log.expect,
		/** Forget all changes, as the training is another one. */
		forget() {
			forget();
			publish();
		},
		/** Forget requested changes, as the server has refused one. */
		dropPending() {
			log.dropPending();
			queued = [];
		},
		actions: {
			undo: () => undoOrRedo("undo"),
			redo: () => undoOrRedo("redo"),
			editWeight: (/** @type {WeightEdit} */ change) => editParameter(change),
			editBias: (/** @type {BiasEdit} */ change) => editParameter(change),
			regenerate() {
				if (!store.get().isWatchOnly) log.expect({ data_seed: undefined });
				send(message.regenerate());
			},
			newWeights() {
				if (!store.get().isWatchOnly) log.expect({ weights_seed: undefined });
				send(message.newWeights());
			},
			reset() {
				log.forgetEdits();
				send(message.reset());
				publish();
			},
		},
	};
}
