// Watches the live training of one learner through the playground's socket, without changing anything.
import { emptyFrameState, mergeFrame } from "../../state/frames.js";
import { decodeFrame, message } from "../../net/protocol.js";
import { Connection, socketUrl } from "../../net/socket.js";
import { Chart } from "../../views/chart.js";
import { isImages } from "../../settings/images.js";
import { h } from "../../ui/dom.js";
import { createLazy, loadStyle } from "../../ui/lazy.js";
import { createLosses } from "../../views/losses.js";
import { Network } from "../../views/network.js";
import { Picture } from "../../views/picture.js";

const DISPLAY = { showTrain: true, showTest: false, discretize: false, decisionLine: true, logScale: true };
const noop = () => {};

/** `network`: also draw the network; `path`: of the websocket. @typedef {{i18n: I18n, catalogue: Catalogue, network?: boolean, path?: string, onState?: (state: ServerState) => void}} WatchOptions */

/** Create the views of a training. @param {HTMLElement} element @param {WatchOptions} options @param {(message: Message) => void} send */
function createViews(element, { i18n, catalogue, network }, send) {
	const [place, losses, chart, board] = ["picture", "losses", "chart", "network-board"].map((each) => h("div", { class: each }));
	const watching = h("span", { class: "quiet" });
	const frame = network ? h("div", { class: "network-frame", inert: true }, board) : null;
	if (frame) element.append(frame);
	element.append(h("div", { class: "watch-output" }, place, losses, chart));
	const plane = [
		new Picture(place, {
			i18n,
			catalogue,
			watching,
			onProbe: (at) => send(message.probe(at ?? { x1: null, x2: null })),
			onWatch: (node) => send(message.watch(node ?? { layer: null })),
		}),
	];
	const views = [createLosses(losses, { i18n }), new Chart(chart, { i18n })];
	const silent = {
		onWatch: noop,
		onToggleFeature: noop,
		onNeurons: noop,
		onOpenNeuron: noop,
		onOpenWeight: noop,
		onOpenBias: noop,
	};
	const all = network ? [...plane, new Network(board, { i18n, catalogue, hide: {}, ...silent })] : plane;
	const images = createLazy(async () => {
		const [{ createWatched }] = await Promise.all([import("../../images/watched.js"), loadStyle("images"), loadStyle("image-output")]);
		return createWatched({ before: losses, frame }, { i18n, catalogue });
	});
	/** Of the plane, or of images in its place. @type {{update: (model: PageState) => void}} */
	const either = {
		update(model) {
			const withImages = Boolean(model.server && isImages(model.server.config));
			place.hidden = board.hidden = withImages;
			if (withImages) images.use(noop);
			else for (const view of all) view.update(model);
			images.update(model);
		},
	};
	return [...views, either];
}

/** The views of one training in an element, and the connection that feeds them. */
export class Watch {
	#views;
	#path;
	#onState;
	/** @type {Connection<ServerMessage> | null} */
	#connection = null;
	/** @type {WatchedTraining} */
	#model = { ...emptyFrameState(), server: null, display: DISPLAY, colors: null, watched: null, drawn: null, hidden: new Set() };
	/** @type {string | null} */
	#session = null;
	#scheduled = false;
	#unacknowledgedFrame = 0; // number of the newest frame, until it is painted

	/** @param {HTMLElement} element @param {WatchOptions} options */
	constructor(element, options) {
		this.#views = createViews(element, options, (each) => this.#connection?.send(each));
		this.#path = options.path;
		this.#onState = options.onState ?? noop;
	}

	close() {
		this.#connection?.close();
		this.#connection = this.#session = null;
		this.#model = { ...this.#model, ...emptyFrameState(), server: null };
	}

	/** @param {{session: string | null, colors: Colors}} next */
	update({ session, colors }) {
		if (this.#model.colors !== colors) {
			this.#model = { ...this.#model, colors };
			this.#schedule();
		}
		if (session === this.#session) return;
		this.close();
		this.#session = session;
		if (session) this.#connect(session);
	}

	#schedule() {
		if (this.#scheduled) return;
		this.#scheduled = true;
		requestAnimationFrame(() => this.#paint());
	}

	#paint() {
		this.#scheduled = false;
		if (this.#model.server && this.#model.colors) {
			for (const view of this.#views) view.update(/** @type {PageState} */ (this.#model));
		}
		if (this.#unacknowledgedFrame) this.#connection?.send(message.ack({ frame: this.#unacknowledgedFrame }));
		this.#unacknowledgedFrame = 0;
	}

	/** @param {string} session */
	#connect(session) {
		/** @type {Record<number, Uint8Array>} */
		const sections = {};
		const connection = (this.#connection = new Connection({
			url: socketUrl(this.#path),
			onOpen: () => connection.sendNow(message.open({ session, resume_only: true })),
			onStatus: noop,
			onMessage: (/** @type {ServerMessage} */ received) => {
				if (received.type === "welcome") {
					connection.ready();
				} else if (received.type === "error" && received.code === "not_found") {
					connection.close(); // the training no longer exists
				} else if (received.type === "state") {
					this.#model = { ...this.#model, server: received };
					this.#onState(received);
					this.#schedule();
				}
			},
			onFrame: (buffer) => {
				const frame = decodeFrame(buffer, sections);
				this.#model = { ...this.#model, ...mergeFrame(this.#model, frame, this.#model.server?.revision) };
				this.#unacknowledgedFrame = frame.frame;
				this.#schedule();
			},
		}));
		connection.open();
	}
}
