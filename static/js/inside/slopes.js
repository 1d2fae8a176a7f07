// The derivative of each activation as a formula, in letters and with a neuron's numbers.

/** @typedef {import("./equation.js").MathPart} MathPart */
/** @typedef {ReturnType<typeof import("./equation.js").createMath>} MathTools */

/** Return the condition of a piecewise derivative, such as (z > 0). @param {MathTools} math @param {string} z its name @param {number} value */
const condition = (math, z, value) => math.text(`(${z} ${value > 0 ? "> 0" : "≤ 0"})`);

/**
 * The pieces after "g′(z) =": in letters, then with numbers; the value itself follows.
 * @type {Record<string, (math: MathTools, name: string, z: number, a: number) => MathPart[]>}
 */
const FORMULAS = {
	relu: (math, name, z) => [condition(math, name, z)],
	leaky_relu: (math, name, z) => [condition(math, name, z)],
	tanh: ({ number, name, power, difference }, _, __, a) => [
		difference(number(1), power(name("a"), number(2))),
		difference(number(1), power(number(a), number(2))),
	],
	sigmoid: ({ number, name, product, difference }, _, __, a) => [
		product(name("a"), difference(number(1), name("a"))),
		product(number(a), difference(number(1), number(a))),
	],
	elu: (math, name, z, a) =>
		z > 0 ? [condition(math, name, z)] : [math.sum(math.name("a"), math.number(1)), math.sum(math.number(a), math.number(1))],
	softplus: ({ number, name: letter, fraction, sum, power, negative }, name, z) => [
		fraction(number(1), sum(number(1), power(letter("e"), negative(letter(name))))),
		fraction(number(1), sum(number(1), power(letter("e"), number(-z)))),
	],
	sine: ({ number, name: letter, call }, name, z) => [call("cos", letter(name)), call("cos", number(z))],
};

/**
 * Return the formula of a derivative as pieces: g′(z) = 1 − a² = 1 − 0.31² = 0.904.
 * @param {MathTools} math @param {string} activation @param {string} name of what the activation takes
 * @param {{z: number, a: number, slope: number}} numbers @returns {MathPart[]}
 */
export function slopePieces(math, activation, name, { z, a, slope }) {
	const own = FORMULAS[activation]?.(math, name, z, a) ?? [];
	const front = math.call("g′", math.name(name));
	if (own.length === 1) return [front, math.withSign("=", math.number(slope)), own[0]];
	return [front, ...own.map((part) => math.withSign("=", part)), math.withSign("=", math.number(slope))];
}
