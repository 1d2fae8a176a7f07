// The scale of a node's picture: the values at its ends, and that of its decision line.
import { isClassNode, isProbability } from "./classes.js";

/** Activations by their values: from 0, or on both sides of it. "beyond" numbers have the colour of the end. @type {Record<string, Partial<NodeScale>>} */
const BY_ACTIVATION = {
	sigmoid: { low: 0, high: 1, line: 0.5 },
	step: { low: 0, high: 1, line: 0.5 },
	relu: { low: 0, high: 1, beyondHigh: true, line: 0 },
	softplus: { low: 0, high: 1, beyondHigh: true, line: Math.LN2 },
	tanh: { line: 0 },
	sine: { line: 0 },
	elu: { beyondHigh: true, line: 0 },
	swish: { beyondHigh: true, line: 0 },
	gelu: { beyondHigh: true, line: 0 },
};
const UNBOUNDED = { beyondLow: true, beyondHigh: true, line: 0 };

/**
 * Return the scale of a node; null for the output of one of several classes, whose colours are those of its class.
 * @param {{layer: number, neuron: number}} node @param {Pick<ServerState, "shape" | "config">} server
 * @param {number} [largest] the largest value of the node's picture, if that has a scale of its own
 * @returns {NodeScale | null}
 */
export function scaleOf(node, { shape, config }, largest = 1) {
	const server = /** @type {ServerState} */ ({ shape, config });
	if (isClassNode(node, server)) return null;
	const whole = { low: -1, high: 1, beyondLow: false, beyondHigh: false, line: null };
	if (node.layer === 0) return { ...whole, ...UNBOUNDED, line: null };
	if (isProbability(node, server)) return { ...whole, low: 0, high: 1, line: 0.5, centred: true };
	const isOutput = node.layer === shape.length - 1;
	const hidden = config.layer_activations?.[node.layer - 1] ?? config.activation;
	const name = isOutput ? config.output_activation : isChanged(node.layer - 1, config) ? "" : hidden;
	const own = largest > 1 ? { low: -largest, high: largest, beyondLow: false, beyondHigh: false } : {};
	return { ...whole, ...(BY_ACTIVATION[name] ?? UNBOUNDED), ...own };
}

/** Whether something follows a layer's activation, so that its values have another range. @param {number} index @param {Config} config */
const isChanged = (index, { normalization = [], residual = [], layers = [] }) =>
	/^(batch|layer)_norm$/.test(normalization[index] ?? "") || Boolean(residual[index]) || layers.length > 0;

/** Whether grey is the lowest value, not the middle: then the scale begins with it. @param {NodeScale} scale */
export const beginsGrey = ({ low, centred }) => low === 0 && !centred;

/** Where a value is on the scale: 0 to 1. @param {NodeScale} scale @param {number} value */
export const fractionOf = ({ low, high }, value) => Math.max(0, Math.min(1, (value - low) / (high - low)));
