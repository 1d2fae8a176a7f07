// The optimizers' rules, as in the engine (engine/optim/optimizers.py), with its default settings.

export const [MOMENTUM, BETA1, BETA2, EPSILON] = [0.9, 0.9, 0.999, 1e-8];

/**
 * The rule of each optimizer for one weight: returns its memory after the step, and the change that is subtracted from the weight.
 * @type {Record<OptimizerName, (gradient: number, memory: number[], step: number, rate: number) => {memory: number[], change: number}>}
 */
const RULES = {
	sgd: (gradient, _memory, _step, rate) => ({ memory: [], change: rate * gradient }),
	momentum(gradient, [before = 0], _step, rate) {
		const velocity = MOMENTUM * before + gradient;
		return { memory: [velocity], change: rate * velocity };
	},
	nesterov(gradient, [before = 0], _step, rate) {
		const velocity = MOMENTUM * before + gradient;
		return { memory: [velocity], change: rate * (gradient + MOMENTUM * velocity) };
	},
	adam(gradient, [first = 0, second = 0], step, rate) {
		const m = BETA1 * first + (1 - BETA1) * gradient;
		const s = BETA2 * second + (1 - BETA2) * gradient * gradient;
		const [mean, square] = [m / (1 - BETA1 ** step), s / (1 - BETA2 ** step)];
		return { memory: [m, s, mean, square], change: (rate * mean) / (Math.sqrt(square) + EPSILON) };
	},
};

/** The learning rate at which an optimizer with momentum diverges on a parabola, in units of that of plain descent. @type {Partial<Record<OptimizerName, number>>} */
export const MEMORY_LIMITS = { momentum: 1 + MOMENTUM, nesterov: (1 + MOMENTUM) / (1 + 2 * MOMENTUM) };

export const OPTIMIZERS = /** @type {OptimizerName[]} */ (Object.keys(RULES));

/**
 * Return the step of one weight.
 * @param {OptimizerName} name @param {number} gradient @param {number[]} memory of the step before; empty at the start
 * @param {number} step its number, from 1 @param {number} rate
 */
export const stepOf = (name, gradient, memory, step, rate) => RULES[name](gradient, memory, step, rate);
