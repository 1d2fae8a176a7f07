// Shows the point's numbers at the nodes and links of the network, and marks the explained neuron.
import { brief } from "./numbers.js";
import { placeLabels, widthOf } from "./link-labels.js";
import { inputsOf } from "./walk.js";
import { h, one, setText } from "../ui/dom.js";
import { createSvg } from "../ui/svg.js";

/** Where a node is in the board. @typedef {{x: number, y: number, size: number}} NodeBox */
/** @typedef {import("./link-labels.js").Way & {layer: number, source: number, neuron: number}} NumberedLink */

const MAX_LABELLED_NEURONS = 4; // into a larger layer only the links of the explained neuron have numbers
const NUMBER_OVERHANG = 10; // pixels that a neuron's number reaches below the neuron

/** Return the number at a neuron: its value, or its delta in the backward pass. @param {InspectedStep} step @param {WalkLayer} layer @param {number} neuron @param {boolean} isBack */
export function valueAt(step, layer, neuron, isBack) {
	if (isBack) return layer.chain[0].derivatives[neuron];
	if (layer.first === step.layers.length - 1) return step.outputs[neuron];
	return layer.chain[layer.chain.length - 1].values[neuron];
}

/** Return the number at a link: weight times input in the forward pass, the gradient in the backward pass, then the change of the weight. @param {InspectedStep} step @param {WalkLayer} layer @param {number} source @param {number} neuron @param {Station["phase"]} phase */
export function linkValue(step, layer, source, neuron, phase) {
	const [weights] = layer.chain[0].parameters;
	const input = Number(inputsOf(step, layer.first)[source]);
	if (phase === "forward" || phase === "loss") return weights.values[source][neuron] * input;
	return phase === "backward" ? Number(layer.chain[0].derivatives[neuron]) * input : weights.change[source][neuron];
}

/** Return the numbers in the network. @param {I18n} i18n */
export function createPointValues(i18n) {
	const board = one("#network");
	const links = /** @type {SVGElement} */ (createSvg("svg", { "aria-hidden": "true" }));
	const chips = h("div", { "aria-hidden": "true" });
	const element = h("div", { class: "point-values" }, chips);
	element.prepend(links);

	/** Return the box of each node in the board, by layer and index. @param {string[]} features those in use */
	function nodeBoxes(features) {
		/** @type {Map<string, NodeBox>} */
		const found = new Map();
		for (const node of /** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll(".node:not([hidden])"))) {
			const { layer, neuron, feature } = node.dataset;
			const place = feature ? features.indexOf(feature) : Number(neuron);
			if (place >= 0) found.set(`${layer} ${place}`, { x: node.offsetLeft, y: node.offsetTop, size: node.offsetWidth });
		}
		return found;
	}

	/** The shown labels: how each reads its number from a step, and the width it has, in pixels. @type {{label: Element, read: (step: InspectedStep, layers: WalkLayer[]) => number | null, room: number}[]} */
	let labelledValues = [];

	/** @param {Element} label @param {(step: InspectedStep, layers: WalkLayer[]) => number | null} read @param {number} [room] */
	const addLabel = (label, read, room = Infinity) => {
		labelledValues.push({ label, read, room });
		return label;
	};

	/** Return the element of the number below a node. @param {NodeBox} box @param {boolean} isMarked */
	const createChip = ({ x, y, size }, isMarked = false) =>
		h("span", { class: isMarked ? "value marked" : "value", style: `left:${x + size / 2}px;top:${y + size}px` });

	/** Return the links whose numbers are shown. @param {Map<string, NodeBox>} at @param {InspectedStep} step @param {WalkLayer[]} layers @param {Station} station @returns {NumberedLink[]} */
	function linksOf(at, step, layers, { phase, layer: marked, neuron: explained }) {
		/** @type {NumberedLink[]} */
		const found = [];
		for (const layer of layers) {
			for (let neuron = 0; neuron < layer.neurons; neuron += 1) {
				const first = layer.number === marked && neuron === explained;
				const to = at.get(`${layer.number} ${neuron}`);
				if (!to || (layer.neurons > MAX_LABELLED_NEURONS && !first)) continue;
				layer.chain[0].parameters[0].values.forEach((_, source) => {
					const from = at.get(`${layer.number - 1} ${source}`);
					if (!from) return;
					const ends = { x1: from.x + from.size, y1: from.y + from.size / 2, x2: to.x, y2: to.y + to.size / 2 };
					const width = widthOf(brief(linkValue(step, layer, source, neuron, phase), i18n));
					found.push({ ...ends, first, width, layer: layer.number, source, neuron });
				});
			}
		}
		return found;
	}

	/** Draw the links into the explained neuron, and the numbers for which there is room. @param {NumberedLink[]} found @param {NodeBox[]} nodes @param {Station["phase"]} phase */
	function drawLinks(found, nodes, phase) {
		const taken = nodes.map(({ x, y, size }) => ({ left: x - 2, top: y, right: x + size + 2, bottom: y + size + NUMBER_OVERHANG }));
		const places = placeLabels(found, taken);
		const curves = found.filter(({ first }) => first).map(({ x1, y1, x2, y2 }) => {
			const middle = (x1 + x2) / 2;
			return createSvg("path", { d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` });
		});
		const numbers = found.flatMap(({ first, layer, source, neuron }, index) => {
			const place = places[index];
			if (!place) return [];
			const text = createSvg("text", { x: place.x.toFixed(1), y: (place.y + 3).toFixed(1), class: first ? "marked" : "" });
			return [addLabel(text, (step, layers) => linkValue(step, layers[layer - 1], source, neuron, phase), found[index].width)];
		});
		links.replaceChildren(...curves, ...numbers);
	}

	/** Place everything for a station. @param {InspectedStep} step @param {WalkLayer[]} layers @param {Station} station @param {Config} config */
	function layOut(step, layers, station, config) {
		const { phase, layer: marked, neuron: explained } = station;
		const at = nodeBoxes(config.features);
		labelledValues = [];
		/** @type {Element[]} */
		const labels = [];
		step.inputs.forEach((_, index) => {
			const box = at.get(`0 ${index}`);
			if (box) labels.push(addLabel(createChip(box), ({ inputs }) => inputs[index]));
		});
		for (const layer of layers) {
			for (let neuron = 0; neuron < layer.neurons; neuron += 1) {
				const box = at.get(`${layer.number} ${neuron}`);
				if (!box) continue;
				const isMarked = layer.number === marked && neuron === explained;
				if (isMarked) {
					labels.push(h("span", { class: "ring", style: `left:${box.x}px;top:${box.y}px;width:${box.size}px;height:${box.size}px` }));
				}
				if (phase !== "apply") {
					labels.push(addLabel(createChip(box, isMarked), (now, all) => valueAt(now, all[layer.number - 1], neuron, phase === "backward")));
				} else if (layer.number === layers.length) labels.push(addLabel(createChip(box), ({ outputs_after: after }) => after[neuron]));
			}
		}
		const frame = board.parentElement;
		const box = at.get(`${marked} ${explained}`);
		if (frame && box && (box.x < frame.scrollLeft || box.x + box.size > frame.scrollLeft + frame.clientWidth)) {
			frame.scrollLeft = box.x + box.size / 2 - frame.clientWidth / 2; // of many layers not all are in view
		}
		const [width, height] = [board.scrollWidth, board.clientHeight];
		drawLinks(linksOf(at, step, layers, station), [...at.values()], phase);
		chips.replaceChildren(...labels);
		links.setAttribute("width", String(width));
		links.setAttribute("height", String(height));
	}

	return {
		/** Show the numbers of a step. @param {InspectedStep} step @param {WalkLayer[]} layers @param {Station} station @param {Config} config @param {boolean} isPlaced whether the labels can stay where they are */
		show(step, layers, station, config, isPlaced) {
			const labelTexts = () => labelledValues.map(({ read }) => brief(read(step, layers), i18n));
			let texts = isPlaced ? labelTexts() : [];
			if (!isPlaced || texts.some((text, index) => widthOf(text) > labelledValues[index].room)) {
				layOut(step, layers, station, config);
				texts = labelTexts();
			}
			labelledValues.forEach(({ label }, index) => setText(label, texts[index]));
			if (!element.isConnected) board.append(element);
		},
		hide: () => element.remove(),
	};
}
