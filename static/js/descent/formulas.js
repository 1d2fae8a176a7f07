// The formulas of a step with its numbers: loss, slope, and the optimizer's rule.
import { plain, writer } from "./numbers.js";
import { RAVINE_STEEPNESS } from "./landscapes.js";
import { BETA1, BETA2, MOMENTUM } from "./optimizers.js";
import { createMath, formula } from "../ui/mathml.js";

/** @typedef {ReturnType<typeof createMath>} MathTools */
/** @typedef {import("../ui/mathml.js").MathPart} MathPart */

/** Return the name of a weight: w, or w₁ and w₂. @param {MathTools} math @param {number} index @param {number} count */
const nameOf = (math, index, count) => (count === 1 ? math.row("w") : math.sub("w", index + 1));

/** Split a sum into its summands, each with its sign, between which a line may break. @param {MathPart[]} terms @returns {MathPart[][]} */
function splitSum(terms) {
	/** @type {MathPart[][]} */
	const parts = [[]];
	for (const term of terms) {
		if ((term === "+" || term === "−") && parts[parts.length - 1].length > 0) parts.push([]);
		parts[parts.length - 1].push(term);
	}
	return parts;
}

/** The losses of two weights. @type {Record<string, (math: MathTools, a: Element, b: Element) => MathPart[]>} */
const LOSS_FORMULAS = {
	bowl: ({ fraction, sup, within }, a, b) => [fraction(1, 2), within(sup(a, 2), "+", sup(b, 2))],
	ravine: ({ fraction, sup, within, row }, a, b) => [fraction(1, 2), within(sup(a, 2), "+", row(RAVINE_STEEPNESS), sup(b, 2))],
	saddle: ({ fraction, sup, within }, a, b) => [fraction(1, 2), within(sup(a, 2), "−", sup(b, 2)), "+", fraction(sup(b, 4), 16)],
	minima: ({ sup, within, fraction, row }, a, b) => [
		row(0.1),
		within(sup(a, 2), "+", sup(b, 2)),
		"+",
		1,
		"−",
		fraction(1, 2),
		within("cos", row(2), a, "+", "cos", row(2), b),
	],
};

/** Their slopes along one weight, from the weight's name or its number. @type {Record<string, (math: MathTools, w: Element, index: number) => MathPart[]>} */
const SLOPE_FORMULAS = {
	bowl: (_, w) => [w],
	ravine: (_, w, index) => (index === 0 ? [w] : [RAVINE_STEEPNESS, "·", w]),
	saddle: ({ fraction, sup }, w, index) => (index === 0 ? [w] : ["−", w, "+", fraction(sup(w, 3), 4)]),
	minima: ({ within }, w) => [0.2, "·", w, "+", "sin", within(2, "·", w)],
};

/** The slope on samples. @param {MathTools} math @param {Landscape} landscape @param {Step} step @returns {Element[]} */
function sampleSlope({ row, sub, within, fraction }, { samples }, { before: [w], gradient: [slope], sample }) {
	const numbers = (/** @type {Sample} */ { x, t }) => row(x, "·", within(row(w), "·", x, "−", t));
	if (samples.length > 1 && sample === null) {
		const each = samples.map(({ x, t }) => x * (w * x - t));
		const sum = each.flatMap((value, index) => (index === 0 ? [value] : [value < 0 ? "−" : "+", Math.abs(value)]));
		return [
			row("=", fraction(1, samples.length), "∑", "x", within("w", "x", "−", "t")),
			row("=", fraction(row(...sum), samples.length)),
			row("=", slope),
		];
	}
	const [x, t] = sample === null ? ["x", "t"] : [sub("x", sample + 1), sub("t", sample + 1)];
	return [row("=", x, within("w", x, "−", t)), row("=", numbers(samples[sample ?? 0])), row("=", slope)];
}

/** The rule of each optimizer: its formulas with names and numbers. @type {Record<OptimizerName, (math: MathTools, name: Element, numbers: RuleNumbers) => Element[][]>} */
const UPDATE_FORMULAS = {
	sgd: ({ row, factor }, name, { w, rate, slope, after }) => [
		[row(name, "←", name, "−", "η", "g"), row("=", w, "−", rate, "·", factor(slope)), row("=", after)],
	],
	momentum: ({ row, factor }, name, { w, rate, slope, after, memoryBefore, memoryAfter }) => [
		[row("v", "←", "μ", "v", "+", "g"), row("=", MOMENTUM, "·", factor(memoryBefore[0]), "+", factor(slope)), row("=", memoryAfter[0])],
		[row(name, "←", name, "−", "η", "v"), row("=", w, "−", rate, "·", factor(memoryAfter[0])), row("=", after)],
	],
	nesterov: ({ row, factor, within }, name, { w, rate, slope, after, memoryBefore, memoryAfter }) => [
		[row("v", "←", "μ", "v", "+", "g"), row("=", MOMENTUM, "·", factor(memoryBefore[0]), "+", factor(slope)), row("=", memoryAfter[0])],
		[
			row(name, "←", name, "−", "η", within("g", "+", "μ", "v")),
			row("=", w, "−", rate, "·", within(slope, "+", MOMENTUM, "·", factor(memoryAfter[0]))),
			row("=", after),
		],
	],
	adam: ({ row, factor, fraction, root, sub, sup, hat }, name, { w, rate, slope, after, memoryBefore, memoryAfter, step }) => {
		const beta = (/** @type {number} */ index) => sub("β", index);
		const mean = (
			/** @type {string} */ memory,
			/** @type {number} */ index,
			/** @type {number} */ decay,
			/** @type {MathPart} */ term,
			/** @type {MathPart} */ value,
		) => [
			row(memory, "←", beta(index), memory, "+", row("(", 1, "−", beta(index), ")"), term),
			row("=", decay, "·", factor(memoryBefore[index - 1]), "+", Number((1 - decay).toFixed(6)), "·", value),
			row("=", memoryAfter[index - 1]),
		];
		const corrected = (/** @type {string} */ memory, /** @type {number} */ index, /** @type {number} */ decay) => [
			row(hat(memory), "=", fraction(memory, row(1, "−", sup(beta(index), "n")))),
			row("=", fraction(memoryAfter[index - 1], row(1, "−", sup(decay, step)))),
			row("=", memoryAfter[index + 1]),
		];
		return [
			mean("m", 1, BETA1, "g", factor(slope)),
			mean("s", 2, BETA2, sup("g", 2), sup(factor(slope), 2)),
			corrected("m", 1, BETA1),
			corrected("s", 2, BETA2),
			[
				row(name, "←", name, "−", "η", fraction(hat("m"), row(root(hat("s")), "+", "ε"))),
				row("=", w, "−", rate, "·", fraction(memoryAfter[2], root(memoryAfter[3]))),
				row("=", after),
			],
		];
	},
};

/**
 * Return the formulas of a step, which screen readers read as text.
 * @param {Step} step @param {DescentSetup} setup @param {I18n} i18n
 * @returns {HTMLElement[]}
 */
export function formulasOf(step, { landscape, optimizer, rate }, i18n) {
	const math = createMath(writer(i18n));
	const { row, sup, fraction, within, factor } = math;
	const count = step.before.length;
	const names = step.before.map((_, index) => nameOf(math, index, count));
	const spokenText = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values) =>
		i18n.t(
			`descent.say.${key}`,
			Object.fromEntries(Object.entries(values).map(([each, value]) => [each, typeof value === "number" ? plain(value, i18n) : value])),
		);
	const ofOne = [fraction(1, 2), sup(within("w", "x", "−", "t"), 2)];
	const lossTerms = count === 2
		? LOSS_FORMULAS[landscape.name](math, names[0], names[1])
		: landscape.samples.length > 1
		? [fraction(1, landscape.samples.length), "∑", ...ofOne]
		: ofOne;
	const loss = landscape.loss(step.before);
	const [front, ...further] = splitSum(lossTerms);
	const result = formula(spokenText("loss", { loss }), row("L", "=", ...front), ...further.map((terms) => row(...terms)), row("=", loss));

	const ofWeight = step.before.flatMap((w, index) => {
		const [slope, after, name] = [step.gradient[index], step.after[index], names[index]];
		const shown = count === 1 ? "w" : `w${index + 1}`;
		const [memoryBefore, memoryAfter] = [[0, 0].map((zero, slot) => step.memoryBefore[index][slot] ?? zero), step.memory[index]];
		const trivial = (/** @type {MathPart[]} */ terms) => terms.length === 1;
		const terms = count === 2 ? SLOPE_FORMULAS[landscape.name](math, names[index], index) : [];
		const slopes = count === 1
			? sampleSlope(math, landscape, step)
			: trivial(terms)
			? [row("=", ...terms), row("=", slope)]
			: [row("=", ...terms), row("=", ...SLOPE_FORMULAS[landscape.name](math, factor(w), index)), row("=", slope)];
		const derivative = row("g", "=", fraction(row("∂", "L"), row("∂", name)));
		const numbers = { w, rate, slope, after, memoryBefore, memoryAfter, step: step.number };
		const spoken = spokenText(optimizer, {
			name: shown,
			before: w,
			rate,
			slope,
			after,
			velocity: memoryAfter[0] ?? 0,
			size: Math.sqrt(memoryAfter[3] ?? 0),
			mean: memoryAfter[2] ?? 0,
		});
		const rules = UPDATE_FORMULAS[optimizer](math, name, numbers);
		return [
			formula(spokenText("slope", { name: shown, before: w, slope }), derivative, ...slopes),
			...rules.map((pieces, at) => formula(at === rules.length - 1 ? spoken : "", ...pieces)),
		];
	});
	return [result, ...ofWeight];
}
