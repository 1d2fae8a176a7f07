// Everything that a person can do: messages to the server, or changes of the page's own state.
import { message } from "../net/protocol.js";
import { withPoints } from "../settings/custom-points.js";
import { isImages } from "../settings/images.js";
import { raceActions } from "./race.js";
import { CUSTOM, SPEEDS } from "../settings/limits.js";
import { createUndo } from "./undo.js";
import { createActionQueue } from "./action-queue.js";
import { createOptimistic } from "../state/optimistic.js";
import { hasPlayed, savePlayed } from "../state/remember.js";
import { untilLoaded } from "../ui/lazy.js";
import { playUntil } from "./stop-epoch.js";
import { FEATURE_KEYS } from "../link/url.js";

const LEAVE_DELAY = 60; // milliseconds, so that the pointer can go from one neuron to the next

/** Return all actions of the page; each does nothing but tell the visitor so if the training may only be watched. @param {ActionTools} pageTools */
export function createActions(pageTools) {
	const { store } = pageTools;
	const send = (/** @type {Message} */ request) => (store.get().isWatchOnly ? pageTools.refuse() : pageTools.send(request));
	const tools = { ...pageTools, send }; // for actions that change the training
	/** Make all controls show the server's values again. */
	const showServer = () => {
		const { server } = store.get();
		if (server) store.set({ server: { ...server } });
	};
	const optimistic = createOptimistic(undefined, showServer);
	/** Return the settings, `playing` and `speed`, with requested changes that the server has not confirmed yet; null before the first state. @returns {Requested | null} */
	const present = () => {
		const { server } = store.get();
		return server && optimistic.applyTo({ ...server.config, playing: server.playing, speed: server.speed });
	};
	/** @param {Partial<Requested>} changes @param {Message} request */
	const requestChange = (changes, request, before = present()) => {
		if (store.get().isWatchOnly) return pageTools.refuse();
		optimistic.add(changes, before);
		send(request);
	};
	const queue = createActionQueue(store);
	const undo = createUndo(tools, present, requestChange);
	const configure = settingActions(tools, present, requestChange, undo.expect);
	/** @type {ReturnType<typeof import("./drawn-points.js").createDrawnPoints> | undefined} */
	let drawnPoints; // loaded when points are first drawn
	const forget = () => {
		queue.forget();
		optimistic.clear();
		undo.dropPending();
		if (drawnPoints) drawnPoints.forget();
		else store.set({ drawn: null });
		showServer();
	};
	return {
		present,
		configure,
		async draw(/** @type {Point[]} */ points) {
			if (store.get().isWatchOnly) return pageTools.refuse();
			store.set({ drawn: points });
			const { createDrawnPoints } = await untilLoaded(() => import("./drawn-points.js"));
			drawnPoints ??= createDrawnPoints(tools, present, requestChange, configure);
			drawnPoints.draw();
		},
		...displayActions(store),
		...queue.queued({
			...featureActions(tools, present, configure),
			...layerActions(tools, present, configure),
			...undo.actions,
			...raceActions(tools, undo.forget),
			...trainingActions(tools, present, requestChange, () => Boolean(drawnPoints?.hasTooFew())),
			/** Restart with other settings, and train. */
			tryOut(/** @type {Partial<Config>} */ changes) {
				configure(changes);
				send(message.reset());
				requestChange({ playing: true }, message.play());
			},
		}),
		...viewActions(pageTools, () => drawnPoints?.send()),
		/** Drop all unconfirmed requests, when the server has refused one or the session is another. */
		forget,
		/** Forget the changes of the previous training, which another one has replaced. */
		replaceTraining() {
			undo.forget();
			forget();
		},
	};
}

/** Add to changes what the server does by itself: an activation for all layers removes those of single layers. @param {Partial<Requested>} changes */
const withSharedActivation = (changes) => "activation" in changes ? { layer_activations: [], ...changes } : changes;

/**
 * Return the function that changes settings.
 * @param {ActionTools} tools @param {() => Requested | null} present @param {RequestChange} requestChange
 * @param {Configure} expect gets the changes before they are requested
 * @returns {Configure}
 */
const settingActions = (tools, present, requestChange, expect) => {
	const { store, catalogue } = tools;
	const apply = (/** @type {Partial<Requested>} */ changes, before = present()) => {
		expect(changes);
		requestChange(withSharedActivation(changes), message.configure({ changes }), before);
	};
	/** The latest settings whose points came from columns. @type {Pick<Config, "problem" | "points" | "data_columns"> | null} */
	let known = null;
	/** Add the columns again when the dataset changes back to custom points that came from them. @param {Partial<Requested>} changes @param {Requested} before */
	function withColumns(changes, before) {
		if (before.data_columns) known = before;
		const { dataset, problem, points } = { ...before, ...changes };
		const returns = dataset === CUSTOM && before.dataset !== CUSTOM && !("data_columns" in changes);
		const same = returns && known?.problem === problem && JSON.stringify(known.points) === JSON.stringify(points);
		return same ? { ...changes, data_columns: known?.data_columns } : changes;
	}
	return (changes) => {
		const before = present();
		const { problem } = changes;
		const hasDataset = "dataset" in changes;
		if (!hasDataset && problem && before && isImages(before) !== isImages({ problem })) {
			import("./switch-lab.js").then(
				({ switchLab }) => switchLab(tools, problem, before, apply),
				() => store.set({ server: before && { ...(/** @type {ServerState} */ (store.get().server)) } }),
			);
			return;
		}
		if (!hasDataset && problem && before && problem !== before.problem) {
			const { otherDatasets } = store.get();
			const dataset = otherDatasets[problem];
			store.set({ otherDatasets: { ...otherDatasets, [before.problem]: before.dataset } });
			if (catalogue.datasets[dataset]?.problems.includes(problem)) changes = { ...changes, dataset };
		}
		const kinds = catalogue.datasets[changes.dataset ?? ""]?.columns?.classes.length ?? 0;
		if (kinds > 2 && !("classes" in changes)) changes = { ...changes, classes: kinds }; // real data determine the number of classes
		if (before) changes = withColumns(withPoints(changes, before), before);
		apply(changes, before);
	};
};

/**
 * Return the actions that run and step the training.
 * @param {ActionTools} tools @param {() => Requested | null} present @param {RequestChange} requestChange @param {() => boolean} lacksPoints whether there are too few points to train on
 */
function trainingActions({ store, send, notify }, present, requestChange, lacksPoints) {
	const requirePoints = (/** @type {() => void} */ act) => lacksPoints() ? notify("points", "customPoints.least") : act();
	const setSpeed = (/** @type {number | null} */ speed) => requestChange({ speed }, message.speed({ epochs_per_second: speed }));

	const playMessage = () => playUntil(store.get());

	function changeSpeed(/** @type {number} */ direction) {
		const size = (/** @type {number | null} */ each) => each ?? Infinity;
		const now = size(present()?.speed ?? null);
		const next = direction > 0 ? SPEEDS.find((each) => size(each) > now) : SPEEDS.findLast((each) => size(each) < now);
		if (next !== undefined) setSpeed(next);
	}

	return {
		play() {
			const before = present();
			if (!before) return;
			if (!hasPlayed()) savePlayed();
			store.set({ showsPlayHint: false });
			if (before.playing) requestChange({ playing: false }, message.pause(), before);
			else requirePoints(() => requestChange({ playing: true }, playMessage(), before));
		},
		stepEpoch: () => requirePoints(() => send(message.step({ unit: "epoch" }))),
		stepBatch: () => requirePoints(() => send(message.step({ unit: "batch" }))),
		applyPoint: (/** @type {PointToShow} */ point) => requirePoints(() => send(message.applyPoint({ point }))),
		setSpeed,
		/** Pause when an epoch is finished; null: never. */
		stopAt(/** @type {number | null} */ epoch) {
			store.set({ stopAt: epoch });
			if (present()?.playing) send(playMessage());
		},
		/** Pause at a loss or an accuracy; null: never. */
		stopWhen(/** @type {StopWhen | null} */ stopWhen) {
			store.set({ stopWhen });
			if (present()?.playing) send(playMessage());
		},
		faster: () => changeSpeed(1),
		slower: () => changeSpeed(-1),
	};
}

/** Return the actions that choose what the page shows. @param {ActionTools} tools @param {() => void} sendDrawn */
function viewActions({ store, send }, sendDrawn) {
	let leaveTimer = 0;
	/** @type {PlanePoint | null} */
	let probedPoint = null;
	/** @type {object | null} */
	let shown = null;
	return {
		probe(/** @type {PlanePoint | null} */ place) {
			probedPoint = place;
			send(message.probe(place ?? { x1: null, x2: null }));
		},
		/** Show the network of an earlier epoch; null: the present. @param {number | null} epoch */
		lookBack: (epoch) => send(message.lookBack({ epoch })),
		/** Let an image go through the network. @param {object} image */
		showImage(image) {
			shown = image;
			send(message.showImage(image));
		},
		/** After a reconnection, send again which node, point and image this page shows, and unsent points. */
		resendView() {
			const { watched } = store.get();
			if (watched) send(message.watch(watched));
			send(message.probe(probedPoint ?? { x1: null, x2: null }));
			if (shown) send(message.showImage(shown));
			sendDrawn();
		},
		/** Show a node in the large picture; null shows the output again, unless another node follows at once. */
		watch(/** @type {NodeAddress | null} */ node) {
			clearTimeout(leaveTimer);
			const show = () => {
				store.set({ watched: node });
				send(message.watch(node ?? { layer: null }));
			};
			if (node) show();
			else if (store.get().watched) leaveTimer = setTimeout(show, LEAVE_DELAY);
		},
	};
}

/** @param {ActionTools} tools @param {() => Config | null} present @param {Configure} configure */
const featureActions = ({ store, catalogue, notify }, present, configure) => ({
	toggleFeature(/** @type {string} */ name) {
		if (store.get().hidden.has(FEATURE_KEYS[name])) return; // the opened link hides its control
		const chosen = present()?.features ?? [];
		if (chosen.length === 1 && chosen[0] === name) notify("input", "message.lastInput");
		else configure({ features: catalogue.features.filter((each) => chosen.includes(each) !== (each === name)) });
	},
});

/** Return the actions that switch display options. @param {Store} store */
function displayActions(store) {
	const toggle = (/** @type {keyof Display} */ name) => () => {
		const { display } = store.get();
		store.set({ display: { ...display, [name]: !display[name] } });
	};
	return {
		showTrain: toggle("showTrain"),
		showTest: toggle("showTest"),
		discretize: toggle("discretize"),
		decisionLine: toggle("decisionLine"),
		logScale: toggle("logScale"),
	};
}

/** @param {ActionTools} tools @param {() => Config | null} present @param {Configure} configure */
function layerActions({ catalogue }, present, configure) {
	const { maximum_layers, minimum_neurons, maximum_neurons } = catalogue.fields.hidden_layers.offered;
	const layers = () => present()?.hidden_layers ?? [];
	return {
		addLayer() {
			if (layers().length < maximum_layers) configure({ hidden_layers: [...layers(), 2] });
		},
		removeLayer() {
			if (layers().length > 0) configure({ hidden_layers: layers().slice(0, -1) });
		},
		/** Add a neuron to a layer, or remove one. */
		changeNeurons(/** @type {number} */ layer, /** @type {1 | -1} */ change) {
			const before = layers()[layer];
			if (change > 0 ? before >= maximum_neurons : before <= minimum_neurons) return;
			configure({ hidden_layers: layers().map((each, index) => (index === layer ? each + change : each)) });
		},
	};
}
