// The nodes of the network: inputs to switch on and off, pictures of what neurons compute, biases.
import { biasIndex, thumbnailIndex } from "../state/parameters.js";
import { isClassNode } from "./classes.js";
import { h } from "../ui/dom.js";
import { featureMath, nodeName } from "./naming.js";

/** @param {HTMLElement} board @param {NodeAddress} address @param {number[]} shape @param {NodesOptions} options @returns {NetworkNode} */
function createNode(board, address, shape, options) {
	const { i18n, features, hide, onWatch, onToggle, onOpen } = options;
	const { layer, neuron } = address;
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
	return { layer, neuron, button, chip, bias: layer > 0 ? createBias(board, address, options) : undefined };
}

/** @param {HTMLElement} board @param {NodeAddress} address @param {NodesOptions} options */
function createBias(board, address, { onPoint, onBias }) {
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

/** The left and top of a node, at whole pixels, where its picture is sharp, and its side. @param {Layout} layout @param {number} layer @param {number} neuron */
function boxOf(layout, layer, neuron) {
	const size = layer === 0 ? layout.sizes[0] : layout.node;
	const { x, y } = layout.place(layer, neuron);
	return { x: Math.round(x - size / 2), y: Math.round(y - size / 2), size };
}

/** The elements of all nodes on a board. */
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

	/** Create the nodes of a new shape. @param {number[]} shape @param {Layout} layout */
	rebuild(shape, layout) {
		const focused = this.#nodes.find(({ button }) => button === document.activeElement);
		for (const { button, bias } of this.#nodes) {
			button.remove();
			bias?.remove();
		}
		const add = (/** @type {number} */ layer, /** @type {number} */ neuron) =>
			this.#nodes.push(createNode(this.#board, { layer, neuron }, shape, this.#options));
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
			const { x, y, size } = boxOf(layout, layer, neuron);
			if (layer === 0) button.style.setProperty("--node", `${size}px`);
			button.style.left = `${x}px`;
			button.style.top = `${y}px`;
			if (bias) {
				bias.style.left = `${x}px`;
				bias.style.top = `${y + size}px`;
			}
		}
	}

	/** Show which inputs are on, and hide those that are not `shown`. @param {string[]} chosen @param {number[]} shown */
	showInputs(chosen, shown) {
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

	/** Return the boxes of the pictures of shown nodes. @param {Layout} layout @returns {PictureBox[]} */
	boxes(layout) {
		/** @type {PictureBox[]} */
		const boxes = [];
		this.#nodes.forEach(({ layer, neuron, button }, place) => {
			if (button.hidden) return;
			const sheet = layer === 0 ? "inputs" : "neurons";
			const index = layer === 0 ? neuron : place - this.#options.features.length;
			boxes.push({ ...boxOf(layout, layer, neuron), sheet, index, off: button.classList.contains("off") });
		});
		return boxes;
	}

	/** How many pictures of inputs and of neurons there are. */
	get count() {
		const inputs = this.#options.features.length;
		return { inputs, neurons: this.#nodes.length - inputs };
	}

	/** What each neuron's picture shows. @param {ServerState} server @returns {NodePicture[]} */
	pictures(server) {
		return this.#nodes.slice(this.#options.features.length).map((node) => ({
			place: thumbnailIndex(server.layout, node.layer, node.neuron),
			shownClass: isClassNode(node, server) ? node.neuron : null,
		}));
	}

	/** Mark the node that the large picture shows. @param {NodeAddress | null} watched */
	markWatched(watched) {
		for (const { layer, neuron, button } of this.#nodes) {
			button.classList.toggle("watched", layer === watched?.layer && neuron === watched?.neuron);
		}
	}

	/** Colour the numbers of the classes beside their outputs. @param {Colors} colors */
	paintChips({ classes }) {
		for (const { neuron, chip } of this.#nodes) chip?.style.setProperty("--class", classes.css(neuron));
		for (const { neuron, chip } of this.#nodes) chip?.style.setProperty("--on-class", classes.ink(neuron));
	}

	/** @param {Float32Array} parameters @param {LayerLayout[]} layout @param {Colors} colors */
	paintBiases(parameters, layout, colors) {
		for (const node of this.#nodes) {
			const { layer, neuron, bias } = node;
			if (!bias) continue;
			const colour = colors.css(parameters[biasIndex(layout, layer, neuron)]);
			if (colour !== node.biasColour) bias.style.setProperty("--value", colour); // a browser restyles what is set, even to the same
			node.biasColour = colour;
		}
	}
}
