// The way of a point through the network: its layers of neurons, each with the steps of the computation that belong to it.

/** @param {InspectedStep} step @returns {WalkLayer[]} */
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

/** What a layer of the chain gets. @param {InspectedStep} step @param {number} index */
export const inputsOf = (step, index) => (index === 0 ? step.inputs : step.layers[index - 1].values);

/** The letter of what an activation takes: the sum z, or y where something stands between them. @param {InspectedStep} step @param {number} index of the activation */
export const activationInput = (step, index) => (["dense", "conv"].includes(step.layers[index - 1]?.kind) ? "z" : "y");

/** The letter of what a normalization takes: the sum z, or the activation a before it. @param {InspectedStep} step @param {number} index of the normalization */
export const normalizationInput = (step, index) => (step.layers[index - 1]?.kind === "activation" ? "a" : "z");

/** The derivative of the loss by what a layer of the chain returns. @param {InspectedStep} step @param {number} index @param {number} at */
export const deltaAt = (step, index, at) => step.layers[index].derivatives[at] ?? NaN;

/** Row and column of a pixel, and its channel. @param {number} at @param {number[]} shape */
export function pixelAt(at, [, height, width]) {
	const inside = at % (height * width);
	return { channel: Math.floor(at / (height * width)), row: Math.floor(inside / width), column: inside % width };
}

/** The pixel behind a window that has a pixel; null: none. @param {number} at @param {Windows} windows */
function poolOutputAt(at, { before, after, size, stride }) {
	const { channel, row, column } = pixelAt(at, before);
	const [down, across] = [row, column].map((each, axis) => Math.min(Math.floor(each / stride), after[axis + 1] - 1));
	if (row >= down * stride + size || column >= across * stride + size) return null;
	return (channel * after[1] + down) * after[2] + across;
}

/**
 * The steps that a neuron's value passes, from its sum on: where it comes from and goes to.
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

/** The pixel of a neuron's map with the largest value; 0 for a neuron that has no map. @param {WalkLayer} layer @param {number} neuron */
export function brightestPixel(layer, neuron) {
	const shown = layer.chain.find(({ kind }) => kind === "activation") ?? layer.chain[0];
	const map = shown.values.slice(neuron * layer.positions, (neuron + 1) * layer.positions).map((each) => each ?? -Infinity);
	return Math.max(0, map.indexOf(Math.max(...map)));
}

/** The indices of the values in a window, channel by channel and row by row; null: a zero outside of the image. @param {number} at of what comes out @param {Windows} windows */
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

/** The indices in the layer before a pooling layer that a pixel is made of. @param {number} at @param {Windows} windows */
export function poolWindow(at, windows) {
	const { size } = windows;
	const channel = pixelAt(at, windows.after).channel;
	const all = windowOf(at, { ...windows, margin: 0 });
	return all.slice(channel * size * size, (channel + 1) * size * size).map(Number);
}

/**
 * The stations of the walk: forward neuron by neuron, the loss, back neuron by neuron, the updates, and the step.
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
