// The formulas of one parameter's update: its gradient over the mini-batch, the optimizer with its memory, penalties.
import { createMath, formula } from "./equation.js";
import { note } from "./forward-lines.js";

/** One parameter of a step. @typedef {{name: string, before: number, gradient: number, own: number | null, change: number, memory: number[], memoryAfter: number[], penalised: boolean}} Parameter */

/** Return the strengths of the L1 and L2 penalties. @param {Config} config */
export function penaltiesOf({ regularization, regularization_rate: rate, l1_ratio: ratio }) {
	const l1 = regularization === "l1" ? 1 : regularization === "elastic_net" ? ratio : 0;
	const l2 = regularization === "l2" ? 1 : regularization === "elastic_net" ? 1 - ratio : 0;
	return { l1: rate * l1, l2: rate * l2 };
}

/** Optimizers that take the L2 penalty as a part of the gradient. */
const ADAPTIVE = new Set(["rmsprop", "adam"]);

/**
 * Return the intermediate numbers of an update, computed as training does.
 * @param {Parameter} parameter @param {Pick<InspectedStep, "rate" | "steps" | "clipped">} step @param {Config} config
 */
export function updateOf({ before, gradient, memory, penalised }, { rate, steps, clipped }, config) {
	const { optimizer, momentum, rho, beta1, beta2, epsilon, weight_decay: decay } = config;
	const { l1, l2 } = penaltiesOf(config);
	const adaptive = ADAPTIVE.has(optimizer);
	const pull = penalised && adaptive ? l2 * before : 0;
	const g = gradient * clipped + pull;
	const shrink = penalised ? l1 * Math.sign(before) + ((adaptive ? 0 : l2) + (optimizer === "adamw" ? decay : 0)) * before : 0;
	const [first = 0, second = 0] = memory;
	const v = momentum * first + g;
	const square = rho * first + (1 - rho) * g * g;
	const [m, s] = [beta1 * first + (1 - beta1) * g, beta2 * second + (1 - beta2) * g * g];
	const [mHat, sHat] = [m / (1 - beta1 ** (steps + 1)), s / (1 - beta2 ** (steps + 1))];
	const direction = {
		sgd: g,
		momentum: v,
		nesterov: g + momentum * v,
		rmsprop: g / (Math.sqrt(square) + epsilon),
		adam: mHat / (Math.sqrt(sHat) + epsilon),
		adamw: mHat / (Math.sqrt(sHat) + epsilon),
	}[optimizer] ?? NaN;
	return { g, pull, v, square, m, s, mHat, sHat, direction, shrink, change: -rate * (direction + shrink) };
}

/** Return a function from a parameter to the formulas of its update. @param {I18n} i18n @param {InspectedStep} step @param {Config} config */
export function createUpdateLines(i18n, step, config) {
	const math = createMath(i18n);
	const { number, name, withSign: after } = math;
	const { optimizer, momentum, rho, beta1, beta2 } = config;

	const count = Math.round(1 / step.share); // points of the mini-batch
	const part = math.fraction(number(1), number(count)); // each point's share

	/** @param {Parameter} parameter @param {ReturnType<typeof updateOf>} found */
	function gradientLines({ name: letter, gradient, own }, { g, pull }) {
		const slope = math.derivative("L", letter);
		const general = formula(name("∇"), after("=", count > 1 ? math.product(part, math.sumOver("n", slope)) : slope));
		const share = own === null ? [general, formula(name("∇"), after("=", number(gradient)))] : [
			general,
			formula(
				name("∇"),
				after("=", count > 1 ? math.product(part, number(own)) : number(own)),
				...(count > 1 ? [after("+", number(gradient - step.share * own)), math.text(i18n.t("inside.point.others"))] : []),
				...(count > 1 ? [after("=", number(gradient))] : []),
			),
		];
		const more = step.clipped < 1 || pull !== 0;
		const clipped = [
			formula(
				name("∇"),
				after("=", step.clipped < 1 ? math.product(number(step.clipped), number(gradient)) : number(gradient)),
				...(pull !== 0 ? [after("+", number(pull)), math.text(i18n.t("inside.point.byL2"))] : []),
				after("=", number(g)),
			),
		];
		return [...share, ...(step.clipped < 1 ? [note(i18n.t("inside.point.clipped"))] : []), ...(more ? clipped : [])];
	}

	/** Return the formulas of the optimizer's memory and its new values. @param {Parameter} parameter @param {ReturnType<typeof updateOf>} found */
	function memoryLines({ memory: [first, second] }, { g, v, square, m, s, mHat, sHat }) {
		const mean = (
			/** @type {string} */ letter,
			/** @type {number} */ keep,
			/** @type {number} */ before,
			/** @type {import("./equation.js").MathPart} */ taken,
			/** @type {number} */ result,
		) =>
			formula(
				name(letter),
				after("=", math.product(number(keep), number(before))),
				after("+", math.product(number(1 - keep), taken)),
				after("=", number(result)),
			);
		const squared = math.power(number(g), number(2));
		if (optimizer === "momentum" || optimizer === "nesterov") {
			return [formula(name("v"), after("=", math.product(number(momentum), number(first))), after("+", number(g)), after("=", number(v)))];
		}
		if (optimizer === "rmsprop") return [mean("s", rho, first, squared, square)];
		if (optimizer !== "adam" && optimizer !== "adamw") return [];
		const hat = (/** @type {string} */ letter, /** @type {number} */ value, /** @type {number} */ beta, /** @type {number} */ result) =>
			formula(
				math.hat(letter),
				after("=", math.fraction(number(value), math.difference(number(1), math.power(number(beta), number(step.steps + 1))))),
				after("=", number(result)),
			);
		return [
			mean("m", beta1, first, number(g), m),
			mean("s", beta2, second, squared, s),
			hat("m", m, beta1, mHat),
			hat("s", s, beta2, sHat),
		];
	}

	/** @param {ReturnType<typeof updateOf>} found */
	function directionPart({ g, v, square, mHat, sHat }) {
		const byRoot = (/** @type {number} */ above, /** @type {number} */ below) =>
			math.fraction(number(above), math.sum(math.root(number(below)), number(config.epsilon)));
		if (optimizer === "momentum") return number(v);
		if (optimizer === "nesterov") return math.sum(number(g), math.product(number(momentum), number(v)));
		if (optimizer === "rmsprop") return byRoot(g, square);
		return optimizer.startsWith("adam") ? byRoot(mHat, sHat) : number(g);
	}

	/** Return the optimizer's rule in letters: memory, then change. */
	function ruleInLetters() {
		const [eta, slope, rest] = [name("η"), name("∇"), math.text("")];
		const mean = (
			/** @type {string} */ letter,
			/** @type {import("./equation.js").MathPart} */ keep,
			/** @type {import("./equation.js").MathPart} */ taken,
		) =>
			formula(
				name(letter),
				after("←", math.product(keep, name(letter))),
				after("+", math.product(math.difference(number(1), keep), taken)),
			);
		const squared = math.power(slope, number(2));
		const velocity = formula(name("v"), after("←", math.product(name("μ"), name("v"))), after("+", slope));
		const byRoot = (/** @type {import("./equation.js").MathPart} */ above, /** @type {import("./equation.js").MathPart} */ below) =>
			math.fraction(above, math.sum(math.root(below), name("ε")));
		const corrected = (/** @type {string} */ letter, /** @type {string} */ index) =>
			formula(
				math.hat(letter),
				after("=", math.fraction(name(letter), math.difference(number(1), math.power(name("β", index), name("n"))))),
			);
		const adam = [mean("m", name("β", "1"), slope), mean("s", name("β", "2"), squared), corrected("m", "1"), corrected("s", "2")];
		/** @type {Record<string, [HTMLElement[], import("./equation.js").MathPart]>} */
		const all = {
			sgd: [[], slope],
			momentum: [[velocity], name("v")],
			nesterov: [[velocity], math.sum(slope, math.product(name("μ"), name("v")))],
			rmsprop: [[mean("s", name("ρ"), squared)], byRoot(slope, name("s"))],
			adam: [adam, byRoot(math.hat("m"), math.hat("s"))],
			adamw: [adam, byRoot(math.hat("m"), math.hat("s"))],
		};
		const [memory, direction] = all[optimizer] ?? [[], rest];
		return { memory, change: formula(name("Δ"), after("=", math.negative(math.product(eta, direction)))) };
	}

	/** Return a number with enough decimals to show a change of it. @param {number} value @param {number} change @returns {import("./equation.js").MathPart} */
	function preciseNumber(value, change) {
		const decimals = Math.min(9, Math.max(3, 2 + Math.ceil(-Math.log10(Math.abs(change)))));
		if (change === 0 || !Number.isFinite(decimals) || Math.abs(value) > 9999) return number(value);
		const text = i18n.number(value, { maximumFractionDigits: decimals }).replace("-", "−");
		return { ...number(value), ...math.formattedNumber(text) };
	}

	const rule = ruleInLetters();
	/** @param {Parameter} parameter */
	return (parameter) => {
		const update = updateOf(parameter, step, config);
		const { before, change } = parameter;
		const pruned = Math.abs(update.change - change) > 1e-9 * Math.max(1, Math.abs(before)) && before + change === 0;
		return [
			...gradientLines(parameter, update),
			...rule.memory,
			...memoryLines(parameter, update),
			rule.change,
			formula(
				name("Δ"),
				after("=", math.negative(math.product(number(step.rate), directionPart(update)))),
				...(update.shrink === 0
					? []
					: [after("−", math.product(number(step.rate), number(update.shrink))), math.text(i18n.t("inside.point.penalty"))]),
				after("=", number(update.change)),
			),
			...(pruned ? [note(i18n.t("inside.point.pruned"))] : []),
			formula(name(parameter.name), after("←", name(parameter.name)), after("+", name("Δ"))),
			formula(
				name(parameter.name),
				after("=", preciseNumber(before, change)),
				after("+", number(change)),
				after("=", preciseNumber(before + change, change)),
			),
		];
	};
}
