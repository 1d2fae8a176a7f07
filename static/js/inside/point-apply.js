// The last station of the walk: which step is applied, the button that applies it, and what it changes.
import { brief } from "./numbers.js";
import { createMath, formula } from "./equation.js";
import { PARAMETER_LETTERS, subscript } from "./point-update.js";
import { h, setText } from "../ui/dom.js";
import { setHidden } from "./hiding.js";

const MAX_LISTED = 5; // parameters

/** Return the parameters that a step changes most, in magnitude. @param {WalkLayer[]} layers */
export function largestChanges(layers) {
	return layers
		.flatMap(({ number, chain }) =>
			chain.flatMap(({ parameters }) =>
				parameters.flatMap(({ name, values, change }) => {
					const [before, changes] = [values.flat(), change.flat()];
					const width = Array.isArray(values[0]) ? values[0].length : 1;
					return before.map((value, index) => ({
						layer: number,
						neuron: width > 1 || name === "weights" || name === "projection" ? index % width : index,
						letter: `${PARAMETER_LETTERS[name] ?? name}${Array.isArray(values[0]) ? subscript(Math.floor(index / width) + 1) : ""}`,
						before: value,
						change: changes[index],
					}));
				})
			)
		)
		.sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
		.slice(0, MAX_LISTED);
}

/** Return the content of the last station. @param {I18n} i18n @param {() => void} onApply @param {() => void} onAgain */
export function createApply(i18n, onApply, onAgain) {
	const math = createMath(i18n);
	const { number, name } = math;
	const which = h("p");
	const warning = h("p", { class: "point-warning", text: i18n.t("inside.point.testPoint") });
	const rises = h("p");
	const outcome = h("div", { class: "point-lines", role: "status" });
	const apply = h("button", {
		type: "button",
		class: "text-button accent wide",
		text: i18n.t("inside.point.apply"),
		on: { click: onApply },
	});
	const nextButton = h("button", { type: "button", class: "text-button wide", text: i18n.t("inside.point.again"), on: { click: onAgain } });
	const element = h("div", { class: "point-apply" }, which, warning, apply, outcome, nextButton);
	const changeFormula = (/** @type {string} */ letter, /** @type {number | null} */ from, /** @type {number | null} */ to) =>
		formula(name(letter), math.text(":"), number(from), { ...math.text("→"), speech: i18n.t("inside.say.to") }, number(to));

	return {
		element,
		/** @param {StepReport} report @param {WalkLayer[]} layers @param {boolean} mayChange */
		update({ step, applied, point }, layers, mayChange) {
			const count = Math.round(1 / step.share);
			const alone = step.points.length === 0;
			const isTest = point.set === "test";
			setHidden(warning, !isTest || applied);
			setText(apply, i18n.t(isTest ? "inside.point.applyTest" : "inside.point.apply"));
			const hasRisen = Number(step.loss_after) > Number(step.loss);
			setHidden(rises, !hasRisen);
			setText(rises, i18n.t(count > 1 ? "inside.point.rises.others" : "inside.point.rises.far", { count: count - 1 }));
			setText(
				which,
				i18n.t(alone ? "inside.point.alone" : "inside.point.next", {
					count,
					share: i18n.number(step.share, { style: "percent", maximumFractionDigits: 1 }),
				}),
			);
			const hadFocus = document.activeElement === apply;
			setHidden(apply, applied);
			apply.toggleAttribute("disabled", !mayChange);
			setHidden(nextButton, !applied);
			if (hadFocus && applied) nextButton.focus();
			const shown = step.outputs.length > 1 ? step.targets.indexOf(1) : 0;
			const letter = step.outputs.length > 1 ? "p" : "a";
			const placeOf = (/** @type {number} */ layer, /** @type {number} */ neuron) => {
				if (layer < layers.length) return i18n.t("inside.point.where", { layer, neuron: neuron + 1 });
				return step.outputs.length > 1 ? i18n.t("inside.point.class", { class: neuron }) : i18n.t("inside.output");
			};
			const changes = largestChanges(layers).map(({ layer, neuron, letter: sign, before, change }) =>
				h(
					"tr",
					{},
					h("th", { scope: "row", text: `${sign} · ${placeOf(layer, neuron)}` }),
					...[before, change, before + change].map((each) => h("td", { text: brief(each, i18n, 3) })),
				)
			);
			const heading = (/** @type {string} */ key) => h("th", { scope: "col", text: i18n.t(`inside.point.${key}`) });
			outcome.replaceChildren(
				h("p", { text: i18n.t(applied ? "inside.point.applied" : "inside.point.would") }),
				changeFormula("L", step.loss, step.loss_after),
				rises,
				changeFormula(letter, step.outputs[shown], step.outputs_after[shown]),
				h(
					"table",
					{ class: "layer-table updates" },
					h("caption", { text: i18n.t("inside.point.largest") }),
					h("thead", {}, h("tr", {}, h("td"), ...["before", "change", "after"].map(heading))),
					h("tbody", {}, ...changes),
				),
			);
		},
	};
}
