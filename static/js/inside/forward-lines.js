// The formulas of the forward pass of a neuron: its sum with the real numbers, its activation, and the other steps of its layer.
import { createMath, formula } from "./equation.js";
import { activationInput, inputsOf, normalizationInput, pathOf, poolWindow, windowOf } from "./walk.js";
import { h } from "../ui/dom.js";

const MAX_TERMS = 7; // that a formula shows one by one
const EPSILON = 1e-5; // of the normalizations

/**
 * Return the terms of a sum of products; of a long sum, the largest terms and the sum of all others.
 * @param {ReturnType<typeof createMath>} math @param {I18n} i18n @param {(number | null)[][]} factors
 */
export function termsOf(math, i18n, factors) {
	const part = (/** @type {(number | null)[]} */ pair) => math.product(...pair.map(math.number));
	const size = (/** @type {(number | null)[]} */ pair) => pair.reduce((/** @type {number} */ all, each) => all * Math.abs(each ?? 0), 1);
	if (factors.length <= MAX_TERMS) return factors.map(part);
	const sorted = [...factors].sort((a, b) => size(b) - size(a));
	const sumOfRest = sorted.slice(MAX_TERMS - 2).reduce(
		(sum, pair) => sum + pair.reduce((/** @type {number} */ all, each) => all * (each ?? 0), 1),
		0,
	);
	const others = math.remark(math.number(sumOfRest), i18n.t("inside.point.more", { count: factors.length - MAX_TERMS + 2 }));
	return [...sorted.slice(0, MAX_TERMS - 2).map(part), others];
}

/** Return the formulas of the forward pass. @param {I18n} i18n @param {InspectedStep} step @param {Config} config */
export function createForwardLines(i18n, step, config) {
	const math = createMath(i18n);
	const { number, name, withSign: after } = math;

	/** z = Σ w a + b @param {PathStep} place @param {number} neuron */
	function sumLines({ layer: { parameters, windows, index, values }, at }, neuron) {
		const [weights, biases] = parameters.map((each) => each.values);
		const inputs = inputsOf(step, index);
		const inputsRead = windows ? windowOf(at, windows).map((place) => (place === null ? 0 : inputs[place])) : inputs;
		const factors = inputsRead.map((input, source) => [weights[source][neuron], input]);
		const general = formula(
			name("z"),
			after("=", name("Σ")),
			math.product(name("w", "i"), name("a", "i")),
			after("+", name("b")),
		);
		const real = formula(
			name("z"),
			...math.terms(termsOf(math, i18n, factors)).map((part, index) => (index === 0 ? after("=", part) : part)),
			after("+", number(biases[neuron])),
			after("=", number(values[at])),
		);
		return windows
			? [general, kernelTable(i18n, inputsRead, weights.map((/** @type {number[]} */ row) => row[neuron]), windows), real]
			: [general, real];
	}

	/** @param {PathStep} place */
	function normalizationLines({ layer: { kind, mean, variance, parameters, index, values, by_batch }, from, at }) {
		const channels = parameters[0].values.length;
		const channel = Math.floor(at / (values.length / channels));
		const [middle, spread] = [mean, variance].map((each) => each?.[kind === "batch_norm" ? channel : 0] ?? NaN);
		const value = inputsOf(step, index)[from] ?? NaN;
		const normal = (value - middle) / Math.sqrt(spread + EPSILON);
		const letter = normalizationInput(step, index);
		const [scale, shift] = parameters.map((each) => each.values[channel]);
		return [
			note(i18n.t(`inside.point.${kind === "layer_norm" ? "overLayer" : by_batch ? "overBatch" : "running"}`)),
			formula(
				math.hat(letter),
				after("=", math.fraction(math.difference(name(letter), name("μ")), math.root(math.sum(name("σ²"), name("ε"))))),
				after("=", math.fraction(math.difference(number(value), number(middle)), math.root(number(spread + EPSILON)))),
				after("=", number(normal)),
			),
			formula(
				name("y"),
				after("=", math.product(name("γ"), math.hat(letter))),
				after("+", name("β")),
				after("=", math.product(number(scale), number(normal))),
				after("+", number(shift)),
				after("=", number(values[at])),
			),
		];
	}

	/** @param {PathStep} place */
	function residualLines({ layer: { parameters, index, values, skips }, from, at }) {
		const skipped = inputsOf(step, (skips ?? -1) + 1);
		const own = number(inputsOf(step, index)[from]);
		const added = parameters.length > 0
			? termsOf(math, i18n, skipped.map((value, source) => [value, parameters[0].values[source][at]]))
			: [number(skipped[at])];
		return [
			note(i18n.t(parameters.length > 0 ? "inside.point.projected" : "inside.point.skipped")),
			formula(
				name("y"),
				after("=", own),
				...math.terms(added).map((part, place) => (place === 0 ? after("+", part) : part)),
				after("=", number(values[at])),
			),
		];
	}

	/** @param {PathStep} place */
	function poolLines({ layer: { kind, windows, index, values }, at }) {
		const inputs = inputsOf(step, index);
		const read = poolWindow(at, /** @type {Windows} */ (windows)).map((place) => inputs[place]);
		const all = read.flatMap((each, place) => (place === 0 ? [number(each)] : [math.text(", "), number(each)]));
		return [
			formula(
				name("y"),
				after("=", name(kind === "max_pool" ? "max" : "mean")),
				math.text("("),
				...all,
				math.text(")"),
				after("=", number(values[at])),
			),
		];
	}

	/** @param {PathStep} place @returns {HTMLElement[]} */
	function linesOf(place) {
		const { layer: { kind, activation, values, index, factors }, from, at } = place;
		const value = inputsOf(step, index)[from];
		if (kind === "activation") {
			const g = i18n.t(`choice.activation.${activation}`);
			return [
				formula(
					name("a"),
					after("=", math.call("g", name(activationInput(step, index)))),
					after("=", math.call(g, number(value))),
					after("=", number(values[at])),
				),
			];
		}
		if (kind.endsWith("_norm")) return normalizationLines(place);
		if (kind === "residual") return residualLines(place);
		if (kind.endsWith("_pool")) return poolLines(place);
		if (kind === "dropout" && factors) {
			return [
				note(i18n.t(factors[at] === 0 ? "inside.point.dropped" : "inside.point.kept")),
				formula(name("y"), after("=", math.product(number(value), number(factors[at]))), after("=", number(values[at]))),
			];
		}
		return [];
	}

	/** Return the formulas of the output's activation. @param {number} neuron */
	function outputLines(neuron) {
		const z = step.layers[step.layers.length - 1].values;
		const output = config.output_activation;
		if (output === "softmax") {
			const powers = z.map((each) => math.power(name("e"), number(each)));
			const many = powers.length > MAX_TERMS;
			return [
				formula(
					name("p", String(neuron)),
					after(
						"=",
						math.fraction(math.power(name("e"), name("z", String(neuron))), math.sumOver("k", math.power(name("e"), name("z", "k")))),
					),
				),
				formula(
					name("p", String(neuron)),
					after(
						"=",
						math.fraction(
							powers[neuron],
							many ? number(z.reduce((/** @type {number} */ sum, each) => sum + Math.exp(Number(each)), 0)) : math.sum(...powers),
						),
					),
					after("=", number(step.outputs[neuron])),
				),
			];
		}
		const g = i18n.t(`choice.output.${output}`);
		return [
			formula(
				name("a"),
				after("=", math.call("g", name("z"))),
				after("=", math.call(g, number(z[neuron]))),
				after("=", number(step.outputs[neuron])),
			),
		];
	}

	return {
		/** @param {WalkLayer} layer @param {number} neuron @param {number} pixel @param {boolean} isOutput */
		of(layer, neuron, pixel, isOutput) {
			const [first, ...rest] = pathOf(layer, neuron, pixel);
			return [...sumLines(first, neuron), ...(isOutput ? outputLines(neuron) : []), ...rest.flatMap(linesOf)];
		},
	};
}

/** Return a paragraph among the formulas. @param {string} text */
export const note = (text) => h("p", { class: "quiet", text });

/** Return the window of a convolution beside its kernel, for the channel that contributes most. @param {I18n} i18n @param {(number | null)[]} read @param {number[]} weights @param {Windows} windows */
function kernelTable(i18n, read, weights, { size, before }) {
	const square = size * size;
	const sums = Array.from(
		{ length: before[0] },
		(_, channel) =>
			read.slice(channel * square, (channel + 1) * square).reduce(
				(/** @type {number} */ sum, each, place) => sum + Number(each) * weights[channel * square + place],
				0,
			),
	);
	const strongest = sums.reduce((best, sum, channel) => (Math.abs(sum) > Math.abs(sums[best]) ? channel : best), 0);
	const { number } = createMath(i18n);
	const grid = (/** @type {string} */ key, /** @type {(number | null)[]} */ values) =>
		h(
			"table",
			{ class: "kernel" },
			h("caption", { text: i18n.t(`inside.point.${key}`, { channel: strongest + 1 }) }),
			...Array.from({ length: size }, (_, row) =>
				h(
					"tr",
					{},
					...Array.from(
						{ length: size },
						(__, column) => h("td", { text: number(values[strongest * square + row * size + column]).speech }),
					),
				)),
		);
	return h(
		"div",
		{ class: "kernels" },
		grid(before[0] > 1 ? "windowOf" : "window", read),
		grid(before[0] > 1 ? "kernelOf" : "kernel", weights),
	);
}
