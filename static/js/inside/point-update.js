// The updates of a neuron: a table of its parameters before and after the step, and the formulas of the chosen one.
import { brief } from "./numbers.js";
import { createUpdateLines } from "./update-lines.js";
import { inputsOf } from "./walk.js";
import { h, setText } from "../ui/dom.js";

const ROUNDING_ERROR = 1e-15; // smaller gradients are rounding errors of a 0: of a bias before batch normalization
const MAX_ROWS = 12; // of more parameters those that change most
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** Return a number in subscript digits. @param {number} value */
export const subscript = (value) => [...String(value)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");
/** What an optimizer remembers, by its name. @type {Record<string, string>} */
const MEMORY_WORDS = { momentum: "velocity", nesterov: "velocity", rmsprop: "squares", adam: "moments", adamw: "moments" };
/** The letter of each array of parameters. */
export const PARAMETER_LETTERS =
	/** @type {Record<string, string>} */ ({ weights: "w", biases: "b", scale: "γ", shift: "β", projection: "P" });

/**
 * Return the parameters of a neuron; if there are many, those that change most.
 * @param {InspectedStep} step @param {WalkLayer} layer @param {number} neuron
 */
export function parametersOf(step, layer, neuron) {
	const delta = layer.positions === 1 ? layer.chain[0].derivatives[neuron] : null;
	const inputs = inputsOf(step, layer.first);
	const all = layer.chain.flatMap(({ parameters, kind }) =>
		parameters.flatMap(({ name, values, gradient, change, memory, memory_after: memoryAfter, penalised }) => {
			const letter = PARAMETER_LETTERS[name] ?? name;
			/** @param {(array: any) => number} pick @param {string} text @param {number | null} fromPoint */
			const parameterOf = (pick, text, fromPoint) => ({
				name: text,
				before: pick(values),
				gradient: Math.abs(pick(gradient)) < ROUNDING_ERROR ? 0 : pick(gradient),
				own: fromPoint,
				change: pick(change),
				memory: memory.map(pick),
				memoryAfter: memoryAfter.map(pick),
				penalised,
			});
			const isMatrix = Array.isArray(values[0]);
			if (!isMatrix) return neuron < values.length ? [parameterOf((array) => array[neuron], letter, name === "biases" ? delta : null)] : [];
			if (neuron >= values[0].length) return [];
			return values.map((/** @type {unknown} */ _, /** @type {number} */ source) => {
				const own = kind === "dense" && delta !== null ? delta * Number(inputs[source]) : null;
				return parameterOf((array) => array[source][neuron], `${letter}${subscript(source + 1)}`, own);
			});
		})
	);
	if (all.length <= MAX_ROWS) return all;
	return [...all].sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, MAX_ROWS);
}

/** Return the table of updates with the formulas of the chosen parameter. @param {I18n} i18n */
export function createUpdates(i18n) {
	const body = h("tbody");
	const heading = (/** @type {string} */ name) => h("th", { scope: "col", text: i18n.t(`inside.point.${name}`) });
	const table = h(
		"table",
		{ class: "layer-table updates" },
		h("thead", {}, h("tr", {}, h("td"), ...["before", "gradientOf", "change", "after"].map(heading))),
		body,
	);
	const lines = h("div", { class: "point-lines" });
	const which = h("p");
	const symbols = h("p", { class: "quiet" });
	const element = h("div", { class: "point-lines" }, which, table, lines, symbols);
	let chosen = 0;
	let shownKey = ""; // layer and neuron of the shown parameters

	return {
		element,
		/** @param {InspectedStep} step @param {Config} config @param {WalkLayer} layer @param {number} neuron */
		update(step, config, layer, neuron) {
			const parameters = parametersOf(step, layer, neuron);
			const count = Math.round(1 / step.share);
			setText(which, i18n.t(step.points.length === 0 ? "inside.point.ofOne" : "inside.point.ofBatch", { count }));
			const memory = MEMORY_WORDS[config.optimizer] ?? "";
			setText(
				symbols,
				[i18n.t("inside.point.symbols", { rate: brief(step.rate, i18n, 3) }), memory && i18n.t(`inside.point.symbols.${memory}`)].join(" "),
			);
			const key = `${layer.number} ${neuron}`;
			if (key !== shownKey) chosen = 0;
			shownKey = key;
			chosen = Math.min(chosen, parameters.length - 1);
			const explain = createUpdateLines(i18n, step, config);
			const choose = (/** @type {number} */ index) => {
				chosen = index;
				[...body.querySelectorAll("button")].forEach((button, place) => button.setAttribute("aria-pressed", String(place === chosen)));
				lines.replaceChildren(...explain(parameters[chosen]));
			};
			const number = (/** @type {number} */ value, digits = 4) => h("td", { text: brief(value, i18n, digits) });
			const focused = body.contains(document.activeElement);
			body.replaceChildren(...parameters.map((each, index) => {
				const button = h("button", { type: "button", class: "parameter", text: each.name, on: { click: () => choose(index) } });
				return h(
					"tr",
					{},
					h("th", { scope: "row" }, button),
					...[number(each.before), number(each.gradient, 2), number(each.change, 2), number(each.before + each.change)],
				);
			}));
			choose(chosen);
			if (focused) body.querySelectorAll("button")[chosen].focus();
		},
	};
}
