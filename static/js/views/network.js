// The network: its links, nodes and layer controls, drawn again where the state has changed.
import { biasIndex, weightIndex } from "../state/parameters.js";
import { differs } from "../state/store.js";
import { weight as formatWeight } from "../ui/format.js";
import { h, prefersStill, setText } from "../ui/dom.js";
import { loadStyle } from "../ui/lazy.js";
import { currentTheme } from "../ui/theme.js";
import { createBoard } from "./board.js";
import { createLayers } from "./layers.js";
import { layOutNetwork } from "./layout.js";
import { createLinks, linkAt } from "./links.js";
import { featureText, nodeName } from "./naming.js";
import { Nodes } from "./nodes.js";
import { throttle } from "./throttle.js";

const BASIC_INPUTS = 7; // the first ones, always shown; the others only while they are in use

/** Return the parts of the state that decide whether the network must be drawn again. @param {ReadyPage} page @returns {Record<string, unknown>} */
const drawnParts = ({ server, parameters, preview, inputs, colors, display, watched }) => ({
	key: JSON.stringify([server.shape, server.config.features, server.config.normalization, server.config.residual]),
	tail: JSON.stringify(server.shape.slice(1)), // inputs come and go without new nodes
	parameters,
	preview,
	inputs,
	colors,
	discretize: display.discretize,
	watched,
	playing: server.playing,
});

/** The text that names the link or bias under the pointer, and its value. @param {NetworkOptions} options */
function createReadout({ i18n, catalogue: { features } }) {
	const element = h("div", { class: "link-readout", hidden: true });

	/** @param {Exclude<Pointed, {textFor: unknown}>} pointed @param {ReadyPage} page @param {Layout} layout @returns {{name: string, index: number, at: Place}} */
	function describe(pointed, { server: { shape, layout: offsets, config } }, layout) {
		if ("bias" in pointed) {
			const { layer, neuron } = pointed.bias;
			const name = i18n.t("readout.biasOf", { target: nodeName(i18n, pointed.bias, shape, features) });
			return { name, index: biasIndex(offsets, layer, neuron), at: layout.place(layer, neuron) };
		}
		const { layer, source, neuron } = pointed.link;
		const from = layer === 1 ? featureText(config.features[source]) : nodeName(i18n, { layer: layer - 1, neuron: source }, shape, features);
		const name = i18n.t("readout.weightFrom", { source: from, target: nodeName(i18n, { layer, neuron }, shape, features) });
		return { name, index: weightIndex(offsets, layer, source, neuron), at: pointed.at };
	}

	/** @param {Pointed} pointed @param {ReadyPage} page @param {Layout} layout @returns {{text: string, at: Place}} */
	function textOf(pointed, page, layout) {
		if ("textFor" in pointed) return { text: pointed.textFor(page), at: pointed.at };
		const { name, index, at } = describe(pointed, page, layout);
		return { text: i18n.t("readout.named", { name, value: formatWeight(page.parameters?.[index] ?? 0, i18n) }), at };
	}

	return {
		element,
		/** @param {Pointed | null} pointed @param {ReadyPage} page @param {Layout} layout */
		show(pointed, page, layout) {
			element.hidden = !pointed || !page.parameters;
			if (!pointed || !page.parameters) return;
			const { text, at } = textOf(pointed, page, layout);
			setText(element, text);
			const half = element.offsetWidth / 2 + 4;
			element.style.left = `${Math.max(half, Math.min(layout.width - half, at.x))}px`;
			element.style.top = `${Math.max(40, at.y)}px`;
		},
	};
}

/** Return the indices, in the catalogue, of the shown inputs. @param {string[]} features @param {string[]} chosen */
const shownInputs = (features, chosen) => features.flatMap((name, index) => (index < BASIC_INPUTS || chosen.includes(name) ? [index] : []));

/** The network in an element. */
export class Network {
	#board;
	#options;
	#drawing;
	#readout;
	/** @type {Link[]} */
	#links = [];
	/** A new layout, until it is drawn. @type {BoardLayout | null} */
	#pendingLayout = null;
	#layers;
	#nodes;
	/** @type {Layout | null} */
	#layout = null;
	/** @type {ReadyPage | null} */
	#page = null;
	/** What is drawn now. @type {Record<string, unknown>} */
	#drawnParts = {};
	/** @type {Pointed | null} */
	#pointed = null;
	/** The marked link, shown while none is pointed at. @type {Link | null} */
	#marked = null;
	/** @type {(ReturnType<typeof import("./connections.js").createConnections> & {roomBelow: (blocks: number[]) => number}) | null} */
	#connections = null;
	/** @type {Promise<[typeof import("./connections.js"), ...unknown[]]> | null} */
	#loading = null;
	#touchScreen = window.matchMedia("(pointer: coarse)");
	#showBiases = throttle((/** @type {Pick<ReadyPage, "server" | "colors" | "parameters">} */ { server, colors, parameters }) => {
		if (parameters?.length === server.parameters) this.#nodes.paintBiases(parameters, server.layout, colors);
	});

	/** @param {HTMLElement} board @param {NetworkOptions} options */
	constructor(board, options) {
		const { i18n, catalogue: { features, fields }, hide, onWatch, onToggleFeature, onNeurons, onOpenNeuron, onOpenBias } = options;
		const { minimum_neurons: minimum, maximum_neurons: maximum } = fields.hidden_layers.offered;
		this.#board = board;
		this.#options = options;
		this.#readout = createReadout(options);
		this.#drawing = createBoard((canvas) => this.#useCanvas(canvas));
		board.append(this.#readout.element);
		this.#layers = createLayers(board, { i18n, bounds: { minimum, maximum }, onNeurons });
		this.#nodes = new Nodes(board, {
			i18n,
			features,
			hide,
			onWatch,
			onToggle: onToggleFeature,
			onOpen: onOpenNeuron,
			onBias: onOpenBias,
			onPoint: (at) => this.#setPointed(at),
		});
		new ResizeObserver(() => this.#redraw(true)).observe(this.#frame);
	}

	/** @param {PageState} next */
	update(next) {
		this.#page = next.server && /** @type {ReadyPage} */ (next);
		if (this.#page && differs(drawnParts(this.#page), this.#drawnParts)) this.#redraw(false);
	}

	/** Mark a link, or none. */
	mark(/** @type {Link | null} */ link) {
		this.#marked = link;
		this.#redraw(false);
	}

	get #frame() {
		return /** @type {HTMLElement} */ (this.#board.parentElement);
	}

	/** Call back once everything that the network has got is drawn. @param {() => void} tell */
	onceDrawn(tell) {
		this.#drawing.onceDrawn(tell);
	}

	/** Use a canvas, which may replace an earlier one: listen to it, and draw everything. @param {HTMLCanvasElement} canvas */
	#useCanvas(canvas) {
		if (!canvas.isConnected) this.#board.append(canvas);
		this.#drawnParts = {};
		this.#redraw(true);
		const onLink = () => this.#pointed && "link" in this.#pointed;
		canvas.addEventListener("pointermove", (event) => {
			const near = this.#linkAtPointer(canvas, event);
			canvas.style.cursor = near ? "pointer" : "";
			if (near || onLink()) this.#setPointed(near);
		});
		canvas.addEventListener("pointerleave", () => onLink() && this.#setPointed(null));
		canvas.addEventListener("click", (event) => {
			const near = this.#linkAtPointer(canvas, event);
			if (!near) return;
			this.#setPointed(null);
			this.#options.onOpenWeight(near.link);
		});
	}

	#linkAtPointer(/** @type {HTMLCanvasElement} */ canvas, /** @type {MouseEvent} */ { clientX, clientY }) {
		const box = canvas.getBoundingClientRect();
		const at = { x: clientX - box.left, y: clientY - box.top };
		const link = linkAt(this.#links, at.x, at.y);
		return link && { link, at };
	}

	#setPointed(/** @type {Pointed | null} */ at) {
		this.#pointed = at;
		this.#redraw(false);
	}

	/** Lay the nodes out. Inputs are numbered as in the catalogue; `shown` lists those that have a place. @returns {Layout} */
	#layOut(/** @type {ServerState} */ { config, shape }, /** @type {number[]} */ shown) {
		const { clientWidth: width, clientHeight: height } = this.#frame;
		const rest = { outputs: shape[shape.length - 1], longNames: shown.length > BASIC_INPUTS };
		const below = this.#connections && config.residual.some((each) => each > 0) ? this.#connections.roomBelow(config.residual) : 0;
		const room = { width, height: height - below, wide: this.#touchScreen.matches };
		const arranged = layOutNetwork(shape.slice(1, -1), shown.length, room, rest);
		/** @type {Layout["place"]} */
		const place = (layer, neuron) => arranged.place(layer, layer === 0 ? Math.max(0, shown.indexOf(neuron)) : neuron);
		return { ...arranged, height, place };
	}

	/** Lay everything out for a new shape, other inputs or another size. @param {ServerState} server @param {boolean} rebuilt whether the neurons are others */
	#layOutAll(server, rebuilt) {
		const { shape, config, layout: offsets } = server;
		const { features } = this.#options.catalogue;
		const shown = shownInputs(features, config.features);
		const layout = (this.#layout = this.#layOut(server, shown));
		this.#board.style.width = `${layout.width}px`;
		// Links count only the inputs in use.
		const place = (/** @type {number} */ layer, /** @type {number} */ neuron) =>
			layout.place(layer, layer === 0 ? features.indexOf(config.features[neuron]) : neuron);
		this.#links = createLinks(offsets, place, layout.sizes);
		this.#layers.update(shape.slice(1, -1), layout);
		this.#drawConnections(server, layout, shown.length);
		if (rebuilt) this.#nodes.rebuild(shape, layout);
		else this.#nodes.place(layout);
		this.#nodes.showInputs(config.features, shown);
		this.#pendingLayout = { links: this.#links, boxes: this.#nodes.boxes(layout), nodes: rebuilt ? this.#nodes.count : null };
		this.#pointed = this.#marked = null;
		this.#drawnParts.watched = undefined;
		return layout;
	}

	/** Draw normalizations and residual connections, whose code is loaded for the first of them. @param {ServerState} server @param {Layout} layout @param {number} inputs how many are shown */
	#drawConnections(server, layout, inputs) {
		const { normalization, residual } = server.config;
		if (this.#connections) this.#connections.layout(server, layout, inputs);
		else if (normalization.some((each) => each !== "none") || residual.some((each) => each > 0)) this.#loadConnections();
	}

	async #loadConnections() {
		const { i18n, catalogue: { features } } = this.#options;
		this.#loading ??= Promise.all([import("./connections.js"), i18n.complete(), loadStyle("connections")]);
		try {
			const [{ createConnections, roomBelow }] = await this.#loading;
			this.#connections ??= { ...createConnections(this.#board, { i18n, features, onPoint: (at) => this.#setPointed(at) }), roomBelow };
			this.#redraw(true);
		} catch {
			this.#loading = null; // no connection, which the page already shows
		}
	}

	#redraw(/** @type {boolean} */ resized) {
		if (!this.#page) return;
		const { server, watched } = this.#page;
		const seen = this.#drawnParts;
		const now = drawnParts(this.#page);
		const rebuilt = seen.tail !== now.tail;
		const layout = resized || seen.key !== now.key || !this.#layout ? this.#layOutAll(server, rebuilt) : this.#layout;
		this.#paint(this.#page, rebuilt);
		if (seen.watched !== watched) this.#nodes.markWatched(watched);
		this.#drawnParts = now;
		this.#readout.show(this.#pointed, this.#page, layout);
	}

	/** Draw what has changed. @param {ReadyPage} page @param {boolean} rebuilt */
	#paint({ server, colors, inputs, preview, parameters, display: { discretize } }, rebuilt) {
		const nodes = this.#nodes;
		const seen = this.#drawnParts;
		const repaint = rebuilt || seen.colors !== colors || seen.discretize !== discretize;
		if (rebuilt || seen.colors !== colors) nodes.paintChips(colors);
		const marked = this.#pointed && "link" in this.#pointed ? this.#pointed.link : this.#marked;
		/** @type {Omit<BoardChange, "size">} */
		const change = { discretize, motion: { flowing: server.playing && !prefersStill(), marked, now: performance.now() } };
		if (this.#pendingLayout) change.layout = this.#pendingLayout;
		if (repaint) change.theme = { name: currentTheme(), ground: colors.ground, zero: colors.zero, ink: colors.ink };
		if (repaint || this.#pendingLayout) change.neurons = nodes.pictures(server);
		if (inputs && (repaint || seen.inputs !== inputs)) change.inputs = inputs;
		if (preview && (repaint || seen.preview !== preview)) change.preview = preview;
		if (parameters && (repaint || seen.parameters !== parameters)) change.parameters = parameters;
		this.#pendingLayout = null;
		this.#drawing.draw(change, /** @type {Layout} */ (this.#layout));
		this.#showBiases({ server, colors, parameters });
	}
}
