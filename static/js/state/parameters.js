// The indices of weights, biases and heat maps in the flat arrays of a frame.

/** Return the index of a weight among the parameters. @param {LayerLayout[]} layout @param {number} layer 1 is the first after the inputs @param {number} source @param {number} neuron */
export function weightIndex(layout, layer, source, neuron) {
	const { weights, neurons } = layout[layer - 1];
	return weights + source * neurons + neuron;
}

/** Return the index of a bias among the parameters; layers count from 1. @param {LayerLayout[]} layout @param {number} layer @param {number} neuron */
export const biasIndex = (layout, layer, neuron) => layout[layer - 1].biases + neuron;

/** Return the index of a neuron's small heat map; layers count from 1. @param {LayerLayout[]} layout @param {number} layer @param {number} neuron */
export const thumbnailIndex = (layout, layer, neuron) => layout.slice(0, layer - 1).reduce((sum, { neurons }) => sum + neurons, neuron);
