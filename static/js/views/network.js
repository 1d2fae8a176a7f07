// The network: its links, nodes and layer controls, drawn again where the state has changed.
import { biasIndex, weightIndex } from "../state/parameters.js";
import { differs } from "../state/store.js";
import { weight as formatWeight } from "../ui/format.js";
import { h, prefersStill, setText } from "../ui/dom.js";
import { createLayers } from "./layers.js";
import { arrange } from "./layout.js";
import { createLinks } from "./links.js";
import { featureText, nodeName } from "./naming.js";
import { createNodes } from "./nodes.js";

const USUAL = 7; // inputs that are always shown; the others only while they are in use

/** What decides whether the network must be drawn again. @param {ReadyPage} page @returns {Record<string, unknown>} */
const drawnParts = ({ server, parameters, coarse, inputs, colors, display, watched }) => ({
	key: JSON.stringify([server.shape, server.config.features]),
	tail: JSON.stringify(server.shape.slice(1)), // inputs come and go without new nodes
	parameters,
	coarse,
	inputs,
	colors,
	discretize: display.discretize,
	watched,
	playing: server.playing,
});

/** The text that names the link or bias under the pointer, and its value. @param {NetworkOptions} options */
function createReadout({ i18n, catalogue: { features } }) {
	const element = h("div", { class: "link-readout", hidden: true });

	/** @param {Pointed} pointed @param {ReadyPage} page @param {Layout} layout @returns {{name: string, index: number, at: Place}} */
	function reading(pointed, { server: { shape, layout: offsets, config } }, layout) {
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

	return {
		element,
		/** @param {Pointed | null} pointed @param {ReadyPage} page @param {Layout} layout */
		show(pointed, page, layout) {
			element.hidden = !pointed || !page.parameters;
			if (!pointed || !page.parameters) return;
			const { name, index, at } = reading(pointed, page, layout);
			setText(element, i18n.t("readout.named", { name, value: formatWeight(page.parameters[index], i18n) }));
			const half = element.offsetWidth / 2 + 4;
			element.style.left = `${Math.max(half, Math.min(layout.width - half, at.x))}px`;
			element.style.top = `${Math.max(40, at.y)}px`;
		},
	};
}

/** @param {HTMLElement} board @param {NetworkOptions} options */
export function createNetwork(board, options) {
	const { i18n, catalogue, onWatch, onToggleFeature, onNeurons, onOpenNeuron, onOpenWeight, onOpenBias } = options;
	const features = catalogue.features;
	const offered = catalogue.fields.hidden_layers.offered;
	const canvas = h("canvas", { "aria-hidden": "true" });
	const readout = createReadout(options);
	board.append(canvas, readout.element);

	const links = createLinks(canvas);
	const layers = createLayers(board, {
		i18n,
		bounds: { minimum: offered.minimum_neurons, maximum: offered.maximum_neurons },
		onNeurons,
	});
	const nodes = createNodes(board, {
		i18n,
		features,
		hide: options.hide,
		onWatch,
		onToggle: onToggleFeature,
		onOpen: onOpenNeuron,
		onBias: onOpenBias,
		onPoint: point,
	});

	/** @type {Layout} */
	let layout;
	/** @type {ReadyPage} */
	let model;
	/** @type {Record<string, unknown>} */
	let seen = {};
	/** @type {Pointed | null} */
	let pointed = null;
	const coarse = window.matchMedia("(pointer: coarse)");
	new ResizeObserver(() => model?.server && redraw(true)).observe(/** @type {Element} */ (board.parentElement));

	/** Where a node is, in the numbering of links, which counts only the inputs in use. */
	const place = (/** @type {number} */ layer, /** @type {number} */ neuron) =>
		layer === 0 ? layout.place(0, features.indexOf(model.server.config.features[neuron])) : layout.place(layer, neuron);

	function point(/** @type {Pointed | null} */ at) {
		pointed = at;
		if (model?.server) redraw(false);
	}

	function nearLink(/** @type {MouseEvent} */ event) {
		if (!layout || event.target !== canvas) return null;
		const box = canvas.getBoundingClientRect();
		const at = { x: event.clientX - box.left, y: event.clientY - box.top };
		const link = links.near(at.x, at.y);
		return link && { link, at };
	}

	const onLink = () => pointed !== null && "link" in pointed;
	canvas.addEventListener("pointermove", (event) => {
		const near = nearLink(event);
		canvas.style.cursor = near ? "pointer" : "";
		if (near || onLink()) point(near);
	});
	canvas.addEventListener("pointerleave", () => onLink() && point(null));
	canvas.addEventListener("click", (event) => {
		const near = nearLink(event);
		if (!near) return;
		point(null);
		onOpenWeight(near.link, { x: event.clientX, y: event.clientY });
	});

	/** Lay the nodes out. Inputs are numbered as in the catalogue; `shown` lists those that have a place. */
	function layOut(/** @type {ServerState} */ { config, shape }, /** @type {number[]} */ shown) {
		const { clientWidth: width, clientHeight: height } = /** @type {HTMLElement} */ (board.parentElement);
		const rest = { outputs: shape[shape.length - 1], longNames: shown.length > USUAL };
		const arranged = arrange(config.hidden_layers, shown.length, { width, height, wide: coarse.matches }, rest);
		/** @type {Layout["place"]} */
		const place = (layer, neuron) => arranged.place(layer, layer === 0 ? Math.max(0, shown.indexOf(neuron)) : neuron);
		return { ...arranged, place };
	}

	/** Lay everything out for a new shape, other inputs or another size. @param {boolean} rebuilt whether the neurons are others */
	function rearrange(rebuilt) {
		const { shape, config, layout: offsets } = model.server;
		const shown = features.flatMap((name, index) => (index < USUAL || config.features.includes(name) ? [index] : []));
		layout = layOut(model.server, shown);
		board.style.width = `${layout.width}px`;
		links.layout(offsets, place, layout);
		layers.update(config.hidden_layers, layout);
		if (rebuilt) nodes.rebuild(shape, layout);
		else nodes.place(layout);
		nodes.choose(config.features, shown);
		pointed = null;
		seen.watched = undefined;
	}

	function redraw(/** @type {boolean} */ resized) {
		const { server, colors, inputs, coarse: pictures, parameters, watched } = model;
		const { discretize } = model.display;
		const now = drawnParts(model);
		const rebuilt = seen.tail !== now.tail;
		if (resized || seen.key !== now.key || !layout) rearrange(rebuilt);
		const repaint = rebuilt || seen.colors !== colors || seen.discretize !== discretize;
		if (inputs && (repaint || seen.inputs !== inputs)) nodes.paintInputs(inputs, colors, discretize);
		if (pictures && (repaint || seen.coarse !== pictures)) nodes.paintNeurons(pictures, server, colors, discretize);
		if (rebuilt || seen.colors !== colors) nodes.paintChips(colors);
		if (parameters) {
			if (repaint || seen.parameters !== parameters) nodes.paintBiases(parameters, server.layout, colors);
			const { playing } = server;
			const marked = pointed && "link" in pointed ? pointed.link : null;
			links.draw(parameters, colors, { playing, flowing: playing && !prefersStill(), marked, now: performance.now() });
		}
		if (seen.watched !== watched) nodes.mark(watched);
		seen = now;
		readout.show(pointed, model, layout);
	}

	return {
		/** @param {PageState} next */
		update(next) {
			model = /** @type {ReadyPage} */ (next);
			if (next.server && differs(drawnParts(model), seen)) redraw(false);
		},
	};
}
