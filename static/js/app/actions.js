// Everything that a person can do: messages to the server, or changes of the page's own state.
import { message } from "../net/protocol.js";
import { withPoints } from "../settings/custom-points.js";
import { CUSTOM, MIN_POINTS, SPEEDS } from "../settings/limits.js";
import { createOptimistic } from "../state/optimistic.js";
import { hasPlayed, rememberPlayed } from "../state/remember.js";
import { FEATURE_KEYS } from "../link/url.js";

const DRAWING = 200; // milliseconds between two messages about points that are being drawn
const LINGER = 60; // milliseconds in which the pointer may go from one neuron to the next

/** @param {{store: Store, send: (message: Message) => void, catalogue: Catalogue, say: (kind: string, key: string) => void}} tools */
export function createActions({ store, send, catalogue, say }) {
	let leaving = 0;
	/** @type {PlanePoint | null} */
	let asked = null;
	const optimistic = createOptimistic();
	/** The settings, `playing` and `speed`, with requests that are not confirmed yet. @returns {Requested | null} */
	const present = () => {
		const { server } = store.get();
		return server && optimistic.over({ ...server.config, playing: server.playing, speed: server.speed });
	};

	/** @param {Partial<Requested>} changes settings, by field */
	function configure(changes) {
		const before = present();
		const { problem } = changes;
		if (problem && before && problem !== before.problem) {
			const { otherDatasets } = store.get();
			const dataset = otherDatasets[problem];
			store.set({ otherDatasets: { ...otherDatasets, [before.problem]: before.dataset } });
			if (catalogue.datasets[dataset]?.problems.includes(problem)) changes = { ...changes, dataset };
		}
		if (before) changes = withPoints(changes, before);
		optimistic.add(changes, before);
		send(message.configure({ changes }));
	}

	function setSpeed(/** @type {number | null} */ speed) {
		optimistic.add({ speed }, present());
		send(message.speed({ epochs_per_second: speed }));
	}

	function changeSpeed(/** @type {number} */ direction) {
		const speed = present()?.speed ?? null;
		const at = SPEEDS.findIndex((each) => each === speed || each === null || (speed !== null && each > speed));
		const next = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + direction))];
		setSpeed(next);
	}

	const drawn = createDrawnPoints(store, configure);
	return {
		present,
		configure,
		draw: drawn.draw,
		...displayActions(store),
		...layerActions(catalogue, present, configure),
		play() {
			const before = present();
			if (!before) return;
			if (!hasPlayed()) rememberPlayed();
			store.set({ hinting: false });
			const playing = !before.playing;
			optimistic.add({ playing }, before);
			send(playing ? message.play() : message.pause());
		},
		stepEpoch: () => send(message.step({ unit: "epoch" })),
		stepBatch: () => send(message.step({ unit: "batch" })),
		reset: () => send(message.reset()),
		newWeights: () => send(message.newWeights()),
		regenerate: () => send(message.regenerate()),
		setSpeed,
		faster: () => changeSpeed(1),
		slower: () => changeSpeed(-1),
		/** Drop all unconfirmed requests: the server refused one, or the session is another. */
		forget() {
			optimistic.clear();
			drawn.forget();
			const { server } = store.get();
			if (server) store.set({ server: { ...server } }); // so that controls show the server's values again
		},

		toggleFeature(/** @type {string} */ name) {
			if (store.get().hidden.has(FEATURE_KEYS[name])) return; // the opened link hides its control
			const chosen = present()?.features ?? [];
			if (chosen.length === 1 && chosen[0] === name) {
				say("input", "message.lastInput");
				return;
			}
			configure({ features: catalogue.features.filter((each) => chosen.includes(each) !== (each === name)) });
		},
		editWeight: (/** @type {{layer: number, source: number, neuron: number, value: number}} */ edit) => send(message.editWeight(edit)),
		editBias: (/** @type {{layer: number, neuron: number, value: number}} */ edit) => send(message.editBias(edit)),
		probe(/** @type {PlanePoint | null} */ place) {
			asked = place;
			send(message.probe(place ?? { x1: null, x2: null }));
		},
		/** Tell a new connection which node and place this page shows, and send unsent points. */
		lookAgain() {
			const { watched } = store.get();
			if (watched) send(message.watch(watched));
			send(message.probe(asked ?? { x1: null, x2: null }));
			drawn.send();
		},

		/** Show a node in the large picture; null shows the output again, unless another node follows at once. */
		watch(/** @type {NodeAddress | null} */ node) {
			clearTimeout(leaving);
			const show = () => {
				store.set({ watched: node });
				send(message.watch(node ?? { layer: null }));
			};
			if (node) show();
			else if (store.get().watched) leaving = setTimeout(show, LINGER);
		},
	};
}

/** Switches of the display. @param {Store} store */
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

/** @param {Catalogue} catalogue @param {() => Config | null} present @param {(changes: Partial<Config>) => void} configure */
function layerActions(catalogue, present, configure) {
	const layers = () => present()?.hidden_layers ?? [];
	return {
		addLayer() {
			if (layers().length < catalogue.fields.hidden_layers.offered.maximum_layers) configure({ hidden_layers: [...layers(), 2] });
		},
		removeLayer() {
			if (layers().length > 0) configure({ hidden_layers: layers().slice(0, -1) });
		},
		setNeurons(/** @type {number} */ layer, /** @type {number} */ neurons) {
			configure({ hidden_layers: layers().map((each, index) => (index === layer ? neurons : each)) });
		},
	};
}

/** Points that are being drawn: shown at once, and sent a few times a second. @param {Store} store @param {(changes: Partial<Config>) => void} configure */
function createDrawnPoints(store, configure) {
	let timer = 0;

	function send() {
		timer = 0;
		const { drawn, server } = store.get();
		if (drawn && drawn.length >= MIN_POINTS && server?.config.dataset === CUSTOM) configure({ points: drawn });
	}

	function forget() {
		clearTimeout(timer);
		timer = 0;
		store.set({ drawn: null });
	}

	store.subscribe(({ server, drawn }, before) => {
		if (!drawn || timer || server === before.server) return;
		const { dataset, points } = server?.config ?? {};
		if (dataset !== CUSTOM || JSON.stringify(points) === JSON.stringify(drawn)) forget(); // the server has these points, or has other data
	});

	return {
		send,
		forget,
		draw(/** @type {number[][]} */ points) {
			store.set({ drawn: points });
			timer ||= setTimeout(send, DRAWING);
		},
	};
}
