// The nodes of the network: inputs to switch on and off, pictures of what neurons compute, biases.
import { biasIndex, thumbnailIndex } from "../state/parameters.js";
import { mapOf } from "./classes.js";
import { h } from "../ui/dom.js";
import { featureMath, nodeName } from "./naming.js";
import { createThumbnail } from "./thumbnail.js";

/** @param {HTMLElement} board @param {NodeAddress} address @param {number[]} shape @param {NodesOptions} options @returns {NetworkNode} */
function makeNode(board, address, shape, options) {
	const { i18n, features, hide, onWatch, onToggle, onOpen } = options;
	const { layer, neuron } = address;
	const canvas = h("canvas", { width: 1, height: 1 });
	const button = h(
		"button",
		{
			type: "button",
			class: "node",
			data: { layer, neuron },
			on: {
				pointerenter: () => onWatch(address),
				pointerleave: (event) => event.pointerType === "mouse" && onWatch(null),
				focus: () => button.matches(":focus-visible") && onWatch(address),
				blur: () => onWatch(null),
				click: () => (layer === 0 ? onToggle(features[neuron]) : onOpen(address, button)),
			},
		},
		canvas,
	);
	button.setAttribute("aria-label", nodeName(i18n, address, shape, features));
	if (layer === 0) {
		const label = featureMath(features[neuron]);
		label.classList.add("feature-label");
		button.append(label);
		button.dataset.hideSwitch = hide[features[neuron]];
		button.dataset.feature = features[neuron];
		button.dataset.help = `hint.feature.${features[neuron]}`;
	}
	const isClass = layer === shape.length - 1 && shape[layer] > 1;
	const chip = isClass ? h("span", { class: "class-chip", "aria-hidden": "true", text: String(neuron) }) : undefined;
	if (chip) button.append(chip);
	board.append(button);
	return { layer, neuron, button, chip, picture: createThumbnail(canvas), bias: layer > 0 ? makeBias(board, address, options) : undefined };
}

/** @param {HTMLElement} board @param {NodeAddress} address @param {NodesOptions} options */
function makeBias(board, address, { onPoint, onBias }) {
	const bias = h("button", {
		type: "button",
		class: "bias",
		tabindex: "-1",
		"aria-hidden": "true",
		data: { layer: address.layer, neuron: address.neuron },
		on: {
			pointerenter: () => onPoint({ bias: address }),
			pointerleave: () => onPoint(null),
			click: () => {
				onPoint(null);
				onBias(address, bias);
			},
		},
	});
	board.append(bias);
	return bias;
}

export class Nodes {
	#board;
	#options;
	/** @type {NetworkNode[]} */
	#nodes = [];

	/** @param {HTMLElement} board @param {NodesOptions} options */
	constructor(board, options) {
		this.#board = board;
		this.#options = options;
	}

	/** Make the nodes of a new shape. @param {number[]} shape @param {Layout} layout */
	rebuild(shape, layout) {
		const focused = this.#nodes.find(({ button }) => button === document.activeElement);
		for (const { button, bias } of this.#nodes) {
			button.remove();
			bias?.remove();
		}
		const add = (/** @type {number} */ layer, /** @type {number} */ neuron) =>
			this.#nodes.push(makeNode(this.#board, { layer, neuron }, shape, this.#options));
		this.#nodes = [];
		this.#options.features.forEach((_, neuron) => add(0, neuron));
		for (let layer = 1; layer < shape.length; layer += 1) {
			for (let neuron = 0; neuron < shape[layer]; neuron += 1) add(layer, neuron);
		}
		this.place(layout);
		if (focused) this.#nodes.find((each) => each.layer === focused.layer && each.neuron === focused.neuron)?.button.focus();
	}

	/** @param {Layout} layout */
	place(layout) {
		this.#board.style.setProperty("--node", `${layout.node}px`);
		for (const { layer, neuron, button, bias } of this.#nodes) {
			const { x, y } = layout.place(layer, neuron);
			if (layer === 0) button.style.setProperty("--node", `${layout.sizes[0]}px`);
			button.style.left = `${x}px`;
			button.style.top = `${y}px`;
			if (bias) {
				bias.style.left = `${x - layout.node / 2}px`;
				bias.style.top = `${y + layout.node / 2}px`;
			}
		}
	}

	/** Show which inputs are on, and hide those that are not `shown`. @param {string[]} chosen @param {number[]} shown */
	choose(chosen, shown) {
		for (const { layer, neuron, button } of this.#nodes) {
			if (layer !== 0) continue;
			const gone = !shown.includes(neuron);
			if (gone && button === document.activeElement) this.#nodes[Math.max(...shown.filter((each) => each < neuron))].button.focus();
			button.hidden = gone;
			const on = chosen.includes(this.#options.features[neuron]);
			button.classList.toggle("off", !on);
			button.setAttribute("aria-pressed", String(on));
		}
	}

	/** Mark the node that the large picture shows. @param {NodeAddress | null} watched */
	mark(watched) {
		for (const { layer, neuron, button } of this.#nodes) {
			button.classList.toggle("watched", layer === watched?.layer && neuron === watched?.neuron);
		}
	}

	/** @param {Grids} inputs @param {Colors} colors @param {boolean} discretize */
	paintInputs({ resolution, values }, colors, discretize) {
		for (const { layer, neuron, picture } of this.#nodes) {
			if (layer !== 0) continue;
			const size = resolution * resolution;
			picture.paint(values.subarray(neuron * size, (neuron + 1) * size), resolution, colors, discretize);
		}
	}

	/** @param {Grids} preview @param {ServerState} server @param {Colors} colors @param {boolean} discretize */
	paintNeurons({ resolution, values }, server, colors, discretize) {
		const size = resolution * resolution;
		for (const { layer, neuron, picture } of this.#nodes) {
			if (layer === 0) continue;
			const start = thumbnailIndex(server.layout, layer, neuron) * size;
			const map = mapOf(colors, server, { layer, neuron });
			if (start + size <= values.length) picture.paint(values.subarray(start, start + size), resolution, map, discretize);
		}
	}

	/** Colour the numbers of the classes beside their outputs. @param {Colors} colors */
	paintChips({ classes }) {
		for (const { neuron, chip } of this.#nodes) chip?.style.setProperty("--class", classes.css(neuron));
		for (const { neuron, chip } of this.#nodes) chip?.style.setProperty("--on-class", classes.ink(neuron));
	}

	/** @param {Float32Array} parameters @param {LayerLayout[]} layout @param {Colors} colors */
	paintBiases(parameters, layout, colors) {
		for (const { layer, neuron, bias } of this.#nodes) {
			if (bias) bias.style.setProperty("--value", colors.css(parameters[biasIndex(layout, layer, neuron)]));
		}
	}
}
