// The formulas of the loss and of the backward pass of a neuron: its delta by the chain rule, and the gradients of its weights.
import { createMath, formula } from "./equation.js";
import { note, termsOf } from "./forward-lines.js";
import { slopePieces } from "./slopes.js";
import { activationInput, deltaAt, inputsOf, normalizationInput, pathOf, poolWindow, windowOf } from "./walk.js";

/** @typedef {ReturnType<typeof createMath>} MathTools */

/** Return a function that returns the formulas of the loss. @param {I18n} i18n @param {InspectedStep} step @param {Config} config */
export function createLossLines(i18n, step, config) {
	const math = createMath(i18n);
	const { number, name, withSign: after } = math;
	const half = math.fraction(number(1), number(2));

	return () => {
		const [a, t] = [step.outputs[0], step.targets[0]];
		const error = math.within(math.difference(number(a), number(t)));
		if (config.output_activation === "softmax") {
			const right = step.targets.indexOf(1);
			return [
				note(i18n.t("inside.point.loss.softmax", { label: right })),
				formula(
					name("L"),
					after("=", math.negative(math.call("ln", name("p", String(right))))),
					after("=", math.negative(math.call("ln", number(step.outputs[right])))),
					after("=", number(step.loss)),
				),
			];
		}
		if (config.loss === "cross_entropy") {
			const [p, q] = [name("a"), math.difference(number(1), name("a"))];
			return [
				formula(
					name("L"),
					after("=", math.negative(math.product(name("t"), math.call("ln", p)))),
					after("−", math.product(math.difference(number(1), name("t")), math.call("ln", q))),
				),
				formula(
					name("L"),
					after("=", math.negative(math.call("ln", t === 1 ? number(a) : math.difference(number(1), number(a))))),
					after("=", number(step.loss)),
				),
			];
		}
		const size = Math.abs(Number(a) - Number(t));
		if (config.loss === "huber" && size > config.huber_delta) {
			return [
				note(i18n.t("inside.point.loss.huber")),
				formula(
					name("L"),
					after(
						"=",
						math.product(number(config.huber_delta), math.difference(number(size), math.product(half, number(config.huber_delta)))),
					),
					after("=", number(step.loss)),
				),
			];
		}
		return [
			formula(name("L"), after("=", math.product(half, math.power(math.within(math.difference(name("a"), name("t"))), number(2))))),
			formula(name("L"), after("=", math.product(half, math.power(error, number(2)))), after("=", number(step.loss))),
		];
	};
}

/** Return the formulas of the backward pass. @param {I18n} i18n @param {InspectedStep} step @param {Config} config @param {WalkLayer[]} layers */
export function createBackwardLines(i18n, step, config, layers) {
	const math = createMath(i18n);
	const { number, name, withSign: after } = math;
	const last = step.layers.length - 1;

	/** Return the formulas of an output's delta, the derivative of the loss by its sum. @param {number} neuron */
	function outputDeltaLines(neuron) {
		const [a, t] = [step.outputs[neuron], step.targets[neuron]];
		const delta = number(deltaAt(step, last, neuron));
		const error = math.difference(number(a), number(t));
		if (config.loss === "cross_entropy") {
			return [
				note(i18n.t("inside.point.delta.entropy")),
				formula(name("δ"), after("=", math.derivative("L", "z")), after("=", math.difference(name("a"), name("t")))),
				formula(name("δ"), after("=", error), after("=", delta)),
			];
		}
		const isCut = config.loss === "huber" && Math.abs(Number(a) - Number(t)) > config.huber_delta;
		const errorSlope = isCut ? number(Math.sign(Number(a) - Number(t)) * config.huber_delta) : error;
		const slope = { tanh: 1 - Number(a) ** 2, sigmoid: Number(a) * (1 - Number(a)), linear: 1 }[config.output_activation] ?? NaN;
		return [
			note(i18n.t("inside.point.delta.output")),
			formula(
				name("δ"),
				after("=", math.derivative("L", "z")),
				after("=", math.product(math.derivative("L", "a"), math.call("g′", name("z")))),
			),
			formula(
				...slopePieces(math, config.output_activation, "z", {
					z: Number(step.layers[last].values[neuron]),
					a: Number(a),
					slope,
				}),
			),
			formula(name("δ"), after("=", math.product(errorSlope, number(slope))), after("=", delta)),
		];
	}

	/** Return the formulas of the derivative of the loss by a neuron's value, from the next layer's deltas. @param {PathStep} end the last step of the neuron @param {WalkLayer} layer */
	function deltaFromNextLayer({ layer: { index, values, kind }, at }, layer) {
		const byValue = math.derivative("L", kind === "activation" ? "a" : "y");
		const next = layers[layer.number]; // numbers count from 1
		const first = next.chain[0];
		const weights = first.parameters[0].values;
		const delta = deltaAt(step, index, at);
		/** @type {(number | null)[][]} */
		let pairs = [];
		if (!first.windows) {
			pairs = weights[at].map((/** @type {number} */ weight, /** @type {number} */ neuron) => [weight, first.derivatives[neuron]]);
		} else if (values.length === inputsOf(step, first.index).length) pairs = windowPairs(at, first);
		const by = pairs.reduce((sum, [w, d]) => sum + Number(w) * Number(d), 0);
		const skipped = delta - by;
		const hasMore = Math.abs(skipped) > 1e-9 * Math.max(1, Math.abs(delta));
		return [
			note(i18n.t("inside.point.delta.sum", { layer: next.number })),
			formula(byValue, after("=", name("Σ")), math.product(name("w", "k"), name("δ", "k"))),
			formula(
				byValue,
				...math.terms(termsOf(math, i18n, pairs)).map((part, place) => (place === 0 ? after("=", part) : part)),
				...(hasMore ? [after("+", number(skipped)), math.text(i18n.t("inside.point.bySkip"))] : []),
				after("=", number(delta)),
			),
		];
	}

	/** Return pairs of weight and delta: of each window of a convolution that reads a pixel, and of each filter. @param {number} pixel @param {WalkLayer["chain"][0]} conv */
	function windowPairs(pixel, { windows, parameters, derivatives }) {
		const { after: [filters, height, width] } = /** @type {Windows} */ (windows);
		const weights = parameters[0].values;
		/** @type {(number | null)[][]} */
		const pairs = [];
		for (let place = 0; place < height * width; place += 1) {
			const source = windowOf(place, /** @type {Windows} */ (windows)).indexOf(pixel);
			if (source < 0) continue;
			for (let filter = 0; filter < filters; filter += 1) {
				pairs.push([weights[source][filter], derivatives[filter * height * width + place]]);
			}
		}
		return pairs;
	}

	/** Return the formulas of the backward pass through one step of the computation. @param {PathStep} place @returns {HTMLElement[]} */
	function linesOf({ layer, from, at }) {
		const { kind, index, factors, parameters, variance, mean, by_batch: byBatch, windows } = layer;
		const [outer, inner] = [deltaAt(step, index, at), deltaAt(step, index - 1, from)];
		if (kind === "activation") {
			const z = activationInput(step, index);
			const numbers = { z: Number(inputsOf(step, index)[from]), a: Number(layer.values[at]), slope: Number(factors?.[at]) };
			return [
				formula(math.derivative("L", z), after("=", math.product(math.derivative("L", "a"), math.call("g′", name(z))))),
				formula(...slopePieces(math, String(layer.activation), z, numbers)),
				formula(math.derivative("L", z), after("=", math.product(number(outer), number(factors?.[at]))), after("=", number(inner))),
			];
		}
		if (kind === "dropout" && factors) {
			return [
				note(i18n.t("inside.point.back.dropout")),
				formula(math.product(number(outer), number(factors[at])), after("=", number(inner))),
			];
		}
		if (kind === "residual") return [note(i18n.t("inside.point.back.residual"))];
		if (kind === "max_pool") {
			const read = poolWindow(at, /** @type {Windows} */ (windows));
			const inputs = inputsOf(step, index);
			const isLargest = read.every((each) => Number(inputs[each]) <= Number(inputs[from]));
			return [
				note(i18n.t(isLargest ? "inside.point.back.largest" : "inside.point.back.smaller")),
				formula(math.derivative("L", "a"), after("=", number(inner))),
			];
		}
		if (kind === "average_pool") {
			const square = (windows?.size ?? 1) ** 2;
			return [
				note(i18n.t("inside.point.back.mean")),
				formula(math.fraction(number(outer), number(square)), after("=", number(outer / square))),
			];
		}
		if (kind.endsWith("_norm")) {
			const channels = parameters[0].values.length;
			const channel = Math.floor(at / (layer.values.length / channels));
			const spread = variance?.[kind === "batch_norm" ? channel : 0] ?? NaN;
			const scale = parameters[0].values[channel];
			const inverse = 1 / Math.sqrt(spread + 1e-5);
			const value = ((inputsOf(step, index)[from] ?? NaN) - (mean?.[kind === "batch_norm" ? channel : 0] ?? NaN)) * inverse;
			const [one, along] = kind === "layer_norm" ? meansOverLayer(layer) : byBatch ? meansOverBatch(layer, channel, channels) : [0, 0];
			const scaled = kind === "layer_norm" ? math.product(number(scale), number(outer)) : number(outer);
			const front = kind === "layer_norm" ? number(inverse) : math.product(number(scale), number(inverse));
			const through = kind === "layer_norm" || byBatch;
			return [
				note(i18n.t(through ? "inside.point.back.norm" : "inside.point.back.running")),
				formula(
					math.derivative("L", normalizationInput(step, index)),
					after("=", front),
					math.text("·("),
					scaled,
					...(through ? [after("−", number(one)), after("−", math.product(number(value), number(along)))] : []),
					math.text(")"),
					after("=", number(inner)),
				),
			];
		}
		return [];
	}

	/** Return the means over the mini-batch of the deltas, and of their products with the normalized values. @param {WalkLayer["chain"][0]} layer @param {number} channel @param {number} channels @returns {[number, number]} */
	function meansOverBatch({ parameters, values }, channel, channels) {
		const positions = values.length / channels; // all of whose pixels are normalized together
		const [byScale, byShift] = parameters.map((each) => Number(each.gradient[channel]) / positions);
		return [byShift, byScale];
	}

	/** Return the same two means over the neurons of the layer. @param {WalkLayer["chain"][0]} layer @returns {[number, number]} */
	function meansOverLayer({ index, derivatives, parameters, mean, variance }) {
		const inputs = inputsOf(step, index);
		const inverse = 1 / Math.sqrt(Number(variance?.[0]) + 1e-5);
		const scaled = derivatives.map((each, place) => Number(each) * parameters[0].values[place]);
		const average = (/** @type {number[]} */ list) => list.reduce((sum, each) => sum + each, 0) / list.length;
		return [average(scaled), average(scaled.map((each, place) => each * (Number(inputs[place]) - Number(mean?.[0])) * inverse))];
	}

	/** Return the formulas of the weights' gradients from delta; of a convolution, sums over all pixels of the map. @param {WalkLayer} layer @param {number} delta */
	function gradientLines({ chain: [{ windows, index }], positions }, delta) {
		if (windows) {
			return [
				note(i18n.t("inside.point.gradient.conv", { count: positions })),
				formula(math.derivative("L", "w"), after("=", name("Σ")), math.product(name("δ"), name("a"))),
			];
		}
		const inputs = inputsOf(step, index);
		const strongest = inputs.reduce(
			(/** @type {number} */ best, each, place) => (Math.abs(Number(each)) > Math.abs(Number(inputs[best])) ? place : best),
			0,
		);
		return [
			note(i18n.t("inside.point.gradient")),
			formula(
				math.derivative("L", "w"),
				after("=", math.product(name("δ"), name("a"))),
				math.text(", "),
				math.derivative("L", "b"),
				after("=", name("δ")),
			),
			formula(
				math.derivative("L", "w"),
				after("=", math.product(number(delta), number(inputs[strongest]))),
				after("=", number(delta * Number(inputs[strongest]))),
			),
		];
	}

	return {
		/** Return all formulas of a neuron. @param {WalkLayer} layer @param {number} neuron @param {number} pixel of its map; 0 without one */
		of(layer, neuron, pixel) {
			const path = pathOf(layer, neuron, pixel);
			const delta = deltaAt(step, path[0].layer.index, path[0].at);
			const isOutput = layer.number === layers.length;
			const isComplete = path.length === layer.chain.length;
			const behind = isOutput
				? outputDeltaLines(neuron)
				: isComplete
				? deltaFromNextLayer(path[path.length - 1], layer)
				: [note(i18n.t("inside.point.back.leftOut"))];
			const within = path.slice(1).reverse().flatMap(linesOf);
			const shown = formula(name("δ"), after("=", math.derivative("L", "z")), after("=", number(delta)));
			return [...behind, ...within, ...(isOutput ? [] : [shown]), ...gradientLines(layer, delta)];
		},
	};
}
