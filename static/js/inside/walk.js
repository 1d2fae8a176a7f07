// Groups the steps of a point's computation by layers of neurons, and lists the stations of the walk through them.

/** Return the layers of neurons of a step. @param {InspectedStep} step @returns {WalkLayer[]} */
export function layersOf(step) {
	/** @type {WalkLayer[]} */
	const layers = [];
	step.layers.forEach((each, index) => {
		if (each.layer === 0) return; // before the first layer of neurons
		if (each.layer > layers.length) {
			const neurons = each.parameters[0].values[0].length;
			layers.push({ number: each.layer, first: index, chain: [], neurons, positions: each.values.length / neurons });
		}
		layers[each.layer - 1].chain.push({ ...each, index });
	});
	return layers;
}

/** Return the inputs of a layer of the chain. @param {InspectedStep} step @param {number} index */
export const inputsOf = (step, index) => (index === 0 ? step.inputs : step.layers[index - 1].values);

/** Return the letter of an activation's input: the sum z, or y if another step is between them. @param {InspectedStep} step @param {number} index of the activation */
export const activationInput = (step, index) => (["dense", "conv"].includes(step.layers[index - 1]?.kind) ? "z" : "y");

/** Return the letter of a normalization's input: the sum z, or the activation a. @param {InspectedStep} step @param {number} index of the normalization */
export const normalizationInput = (step, index) => (step.layers[index - 1]?.kind === "activation" ? "a" : "z");

/** Return the derivative of the loss by an output value of a layer of the chain. @param {InspectedStep} step @param {number} index @param {number} at */
export const deltaAt = (step, index, at) => step.layers[index].derivatives[at] ?? NaN;

/** Return channel, row and column of a flat index. @param {number} at @param {number[]} shape */
export function pixelAt(at, [, height, width]) {
	const inside = at % (height * width);
	return { channel: Math.floor(at / (height * width)), row: Math.floor(inside / width), column: inside % width };
}

/** Return the output pixel of the pooling window that contains a pixel; null: none does. @param {number} at @param {Windows} windows */
function poolOutputAt(at, { before, after, size, stride }) {
	const { channel, row, column } = pixelAt(at, before);
	const [down, across] = [row, column].map((each, axis) => Math.min(Math.floor(each / stride), after[axis + 1] - 1));
	if (row >= down * stride + size || column >= across * stride + size) return null;
	return (channel * after[1] + down) * after[2] + across;
}

/**
 * Return the steps of a neuron's value from its sum on, with its indices before and after each step.
 * @param {WalkLayer} layer @param {number} neuron @param {number} pixel of its map; 0 for a neuron @returns {PathStep[]}
 */
export function pathOf(layer, neuron, pixel) {
	/** @type {PathStep[]} */
	const path = [];
	/** @type {number | null} */
	let at = neuron * layer.positions + pixel;
	for (const each of layer.chain) {
		const from = at;
		if (each.kind.endsWith("_pool") && each.windows) at = poolOutputAt(from, each.windows);
		if (at === null) break;
		path.push({ layer: each, from, at });
	}
	return path;
}

/** Return the pixel of a neuron's map with the largest value; 0 for a neuron without a map. @param {WalkLayer} layer @param {number} neuron */
export function brightestPixel(layer, neuron) {
	const shown = layer.chain.find(({ kind }) => kind === "activation") ?? layer.chain[0];
	const map = shown.values.slice(neuron * layer.positions, (neuron + 1) * layer.positions).map((each) => each ?? -Infinity);
	return Math.max(0, map.indexOf(Math.max(...map)));
}

/** Return the input indices of a window, channel by channel and row by row; null for padding. @param {number} at index of the output @param {Windows} windows */
export function windowOf(at, { before, after, size, stride, margin }) {
	const [channels, height, width] = before;
	const { row, column } = pixelAt(at, after);
	return Array.from({ length: channels * size * size }, (_, index) => {
		const channel = Math.floor(index / (size * size));
		const y = row * stride - margin + Math.floor((index % (size * size)) / size);
		const x = column * stride - margin + (index % size);
		return y < 0 || x < 0 || y >= height || x >= width ? null : (channel * height + y) * width + x;
	});
}

/** Return the input indices of a pooling window. @param {number} at @param {Windows} windows */
export function poolWindow(at, windows) {
	const { size } = windows;
	const channel = pixelAt(at, windows.after).channel;
	const all = windowOf(at, { ...windows, margin: 0 });
	return all.slice(channel * size * size, (channel + 1) * size * size).map(Number);
}

/**
 * Return the stations of the walk: forward pass by neuron, loss, backward pass by neuron, updates, and applying the step.
 * @param {WalkLayer[]} layers @returns {Station[]}
 */
export function stationsOf(layers) {
	const stationsIn = (/** @type {Station["phase"]} */ phase, /** @type {WalkLayer[]} */ order) =>
		order.flatMap(({ number, neurons }) => Array.from({ length: neurons }, (_, neuron) => ({ phase, layer: number, neuron })));
	const back = [...layers].reverse();
	return [
		...stationsIn("forward", layers),
		{ phase: "loss", layer: layers.length, neuron: null },
		...stationsIn("backward", back),
		...stationsIn("update", layers),
		{ phase: "apply", layer: layers.length, neuron: null },
	];
}
