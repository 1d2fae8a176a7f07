// The numbers of the point at the nodes and links of the network, and a mark around the neuron that is explained.
import { brief } from "./numbers.js";
import { inputsOf } from "./walk.js";
import { h, one, setText } from "../ui/dom.js";

/** Where a node is in the board. @typedef {{x: number, y: number, size: number}} NodeBox */

const CROWDED = 4; // neurons; into a larger layer only the links of the explained neuron have numbers
const ALONG = 0.25; // where on its way a link has its number: there those of several links do not meet
const SPACE = "http://www.w3.org/2000/svg";

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text] */
function draw(tag, attributes, text = "") {
	const element = document.createElementNS(SPACE, tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
	element.textContent = text;
	return element;
}

/** What stands at a neuron: its value, and on the way back its delta. @param {InspectedStep} step @param {WalkLayer} layer @param {number} neuron @param {boolean} isBack */
export function valueAt(step, layer, neuron, isBack) {
	if (isBack) return layer.chain[0].derivatives[neuron];
	if (layer.first === step.layers.length - 1) return step.outputs[neuron];
	const kept = layer.chain.filter(({ kind }) => kind !== "dropout");
	return kept[kept.length - 1].values[neuron];
}

/** What stands at a link: what it adds to the sum; on the way back its gradient for this point; at the end what the step adds to it. @param {InspectedStep} step @param {WalkLayer} layer @param {number} source @param {number} neuron @param {Station["phase"]} phase */
export function linkValue(step, layer, source, neuron, phase) {
	const [weights] = layer.chain[0].parameters;
	const input = Number(inputsOf(step, layer.first)[source]);
	if (phase === "forward" || phase === "loss") return weights.values[source][neuron] * input;
	return phase === "backward" ? Number(layer.chain[0].derivatives[neuron]) * input : weights.change[source][neuron];
}

/** @param {I18n} i18n */
export function createPointValues(i18n) {
	const board = one("#network");
	const links = /** @type {SVGElement} */ (draw("svg", { "aria-hidden": "true" }));
	const chips = h("div", { "aria-hidden": "true" });
	const element = h("div", { class: "point-values" }, chips);
	element.prepend(links);

	/** The box of each node in the board. @param {string[]} features those in use */
	function boxes(features) {
		/** @type {Map<string, NodeBox>} */
		const found = new Map();
		for (const node of /** @type {NodeListOf<HTMLElement>} */ (board.querySelectorAll(".node:not([hidden])"))) {
			const { layer, neuron, feature } = node.dataset;
			const place = feature ? features.indexOf(feature) : Number(neuron);
			if (place >= 0) found.set(`${layer} ${place}`, { x: node.offsetLeft, y: node.offsetTop, size: node.offsetWidth });
		}
		return found;
	}

	/** What is written, and how its number is found in a step. @type {{label: Element, read: (step: InspectedStep, layers: WalkLayer[]) => number | null}[]} */
	let written = [];

	/** @param {Element} label @param {(step: InspectedStep, layers: WalkLayer[]) => number | null} read */
	const write = (label, read) => {
		written.push({ label, read });
		return label;
	};

	/** The number below a node. @param {NodeBox} box @param {boolean} isMarked */
	const chip = ({ x, y, size }, isMarked = false) =>
		h("span", { class: isMarked ? "value marked" : "value", style: `left:${x + size / 2}px;top:${y + size}px` });

	/** The links into a neuron: their numbers, and their curves if the neuron is explained. @param {Map<string, NodeBox>} at @param {WalkLayer} layer @param {number} neuron @param {Station["phase"]} phase @param {boolean} isMarked */
	function linksInto(at, layer, neuron, phase, isMarked) {
		const isCrowded = layer.neurons > CROWDED;
		const to = at.get(`${layer.number} ${neuron}`);
		if (!to || (isCrowded && !isMarked)) return [];
		const count = layer.chain[0].parameters[0].values.length;
		return Array.from({ length: count }, (_, source) => {
			const from = at.get(`${layer.number - 1} ${source}`);
			if (!from) return [];
			const [x1, y1, x2, y2] = [from.x + from.size, from.y + from.size / 2, to.x, to.y + to.size / 2];
			const middle = (x1 + x2) / 2;
			const t = isCrowded ? 0.25 + 0.5 * (source % 2) : ALONG;
			const x = x1 + (x2 - x1) * (1.5 * t * (1 - t) + t * t * t);
			const y = y1 + (y2 - y1) * t * t * (3 - 2 * t);
			const text = write(
				draw("text", { x: x.toFixed(1), y: (y + 3).toFixed(1), class: isMarked ? "marked" : "" }),
				(step, layers) => linkValue(step, layers[layer.number - 1], source, neuron, phase),
			);
			return isMarked ? [draw("path", { d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` }), text] : [text];
		}).flat();
	}

	/** Place everything for a station. @param {InspectedStep} step @param {WalkLayer[]} layers @param {Station} station @param {Config} config */
	function arrange(step, layers, { phase, layer: marked, neuron: explained }, config) {
		const at = boxes(config.features);
		written = [];
		const [drawn, labels] = [/** @type {Element[]} */ ([]), /** @type {Element[]} */ ([])];
		step.inputs.forEach((_, index) => {
			const box = at.get(`0 ${index}`);
			if (box) labels.push(write(chip(box), ({ inputs }) => inputs[index]));
		});
		for (const layer of layers) {
			for (let neuron = 0; neuron < layer.neurons; neuron += 1) {
				const box = at.get(`${layer.number} ${neuron}`);
				if (!box) continue;
				const isMarked = layer.number === marked && neuron === explained;
				if (isMarked) {
					labels.push(h("span", { class: "ring", style: `left:${box.x}px;top:${box.y}px;width:${box.size}px;height:${box.size}px` }));
				}
				labels.push(write(chip(box, isMarked), (now, all) => valueAt(now, all[layer.number - 1], neuron, phase === "backward")));
				drawn.push(...linksInto(at, layer, neuron, phase, isMarked));
			}
		}
		const [width, height] = [board.scrollWidth, board.clientHeight];
		links.replaceChildren(...drawn.filter(({ tagName }) => tagName === "path"), ...drawn.filter(({ tagName }) => tagName === "text"));
		chips.replaceChildren(...labels);
		links.setAttribute("width", String(width));
		links.setAttribute("height", String(height));
	}

	return {
		/** Write the numbers of a step. @param {InspectedStep} step @param {WalkLayer[]} layers @param {Station} station @param {Config} config @param {boolean} isPlaced whether they stand where they stood last */
		show(step, layers, station, config, isPlaced) {
			if (!isPlaced) arrange(step, layers, station, config);
			for (const { label, read } of written) setText(label, brief(read(step, layers), i18n));
			if (!element.isConnected) board.append(element);
		},
		hide: () => element.remove(),
	};
}
