// The activation functions, for drawings of them.

const [GELU_SLOPE, GELU_CUBE] = [Math.sqrt(2 / Math.PI), 0.044715];
const sigmoid = (/** @type {number} */ z) => 1 / (1 + Math.exp(-z));

/** The activation functions by the names of the settings. @type {Record<string, (z: number) => number>} */
export const ACTIVATIONS = {
	relu: (z) => Math.max(0, z),
	tanh: Math.tanh,
	sigmoid,
	linear: (z) => z,
	leaky_relu: (z) => (z > 0 ? z : 0.01 * z),
	elu: (z) => (z > 0 ? z : Math.expm1(z)),
	step: (z) => (z > 0 ? 1 : 0),
	softplus: (z) => Math.log1p(Math.exp(z)),
	swish: (z) => z * sigmoid(z),
	gelu: (z) => 0.5 * z * (1 + Math.tanh(GELU_SLOPE * (z + GELU_CUBE * z * z * z))),
	sine: Math.sin,
};
