// Explanations of how the training goes, as the engine has measured them, each with a button that tries a remedy.
import { brief } from "./numbers.js";
import { h, setText } from "../ui/dom.js";

const FRACTIONS = new Set(["saturated", "upwards", "swing", "calm", "steady", "wrong", "unexplained"]); // written as percentages
const COUNTS = new Set(["epoch", "epochs", "neurons", "dead", "points"]);
const PENALTY_RATE = "regularization_rate";

/** Return the numbers of an explanation as texts, by name. @param {Explanation} explanation @param {I18n} i18n @param {string[]} [classes] their names @returns {Record<string, string>} */
export function numbersOf({ layer, measured, remedy }, i18n, classes = []) {
	const text = (/** @type {string} */ name, /** @type {number} */ value) => {
		if (FRACTIONS.has(name)) return i18n.number(value, { style: "percent", maximumFractionDigits: value < 0.1 ? 1 : 0 });
		return COUNTS.has(name) ? i18n.number(value) : brief(value, i18n);
	};
	const all = Object.entries(measured).map(([name, value]) => [name, text(name, value)]);
	const { target } = measured;
	const name = target === undefined ? {} : { class: classes[classes.length === 2 ? (target + 1) / 2 : target] ?? i18n.number(target) };
	const batch = remedy.batch_size === undefined ? {} : { batch: i18n.number(remedy.batch_size) };
	return { ...Object.fromEntries(all), ...batch, layer: i18n.number(layer ?? 0), ...name };
}

/** Return the i18n key of the reason, which depends on the explanation's name and its numbers. @param {Explanation} explanation */
export function reasonKey({ name, measured, remedy }) {
	if (name === "noisy" && "batch_size" in remedy) return "inside.why.noisy.batch";
	if (name === "strangled" && "other" in measured) return "inside.why.strangled.small";
	return `inside.why.${name}${"unexplained" in measured ? ".unexplained" : ""}`;
}

/** @type {Record<string, [setting: keyof Config, ending: string][]>} i18n suffixes of remedies whose label depends on the changed setting */
const REMEDY_WORDS = {
	noisy: [["batch_size", ".batch"]],
	dead: [["learning_rate", ".rate"]],
	saturated: [["learning_rate", ".rate"]],
	linear: [["hidden_layers", ".layers"]],
	strangled: [["regularization", ".none"]],
	overfitting: [["train_percent", ".data"]],
};

/** Return the label of a remedy, which depends on the explanation's name and the settings that change. @param {Explanation} explanation @param {I18n} i18n */
export function remedyOf({ name, remedy }, i18n) {
	const ending = (REMEDY_WORDS[name] ?? []).find(([setting]) => setting in remedy)?.[1] ?? "";
	const [rate, penalty] = [remedy.learning_rate ?? 0, remedy[PENALTY_RATE] ?? 0].map((value) => brief(value, i18n));
	return i18n.t(`inside.try.${name}${ending}`, {
		rate,
		penalty,
		batch: i18n.number(remedy.batch_size ?? 0),
		activation: remedy.activation ? i18n.t(`choice.activation.${remedy.activation}`) : "",
		layers: (remedy.hidden_layers ?? []).join(", "),
	});
}

/** Return the list of explanations. @param {I18n} i18n @param {(remedy: Partial<Config>) => void} onTry */
export function createExplanations(i18n, onTry) {
	const element = h("div", { class: "explanations", role: "status" });
	let shown = "";
	/** @type {HTMLElement[]} */
	let reasons = [];

	/** @param {Explanation} explanation @param {string[]} classes */
	const reason = (explanation, classes) => i18n.t(reasonKey(explanation), numbersOf(explanation, i18n, classes));

	const remedy = (/** @type {Explanation} */ explanation) =>
		h("button", {
			type: "button",
			class: "text-button",
			text: remedyOf(explanation, i18n),
			on: { click: () => onTry(explanation.remedy) },
		});

	/** @param {Explanation} explanation @param {number} index */
	const item = (explanation, index) =>
		h(
			"section",
			{ class: "explanation" },
			h("h4", { text: i18n.t(`inside.cause.${explanation.name}`) }),
			reasons[index],
			...(Object.keys(explanation.remedy).length > 0 ? [remedy(explanation)] : []),
		);

	return {
		element,
		/** @param {Explanation[]} explanations @param {number} epoch @param {string[]} classes their names */
		update(explanations, epoch, classes) {
			const named = explanations.map(({ name, layer, remedy }) => [name, layer, remedy]);
			const next = JSON.stringify([named, epoch > 0]);
			if (next !== shown) {
				shown = next;
				// Numbers that change are not announced again and again.
				reasons = explanations.map(() => h("p", { "aria-live": "off" }));
				const none = h("p", { class: "quiet", text: i18n.t(epoch > 0 ? "inside.nothing" : "inside.untrained") });
				element.replaceChildren(...(explanations.length > 0 ? explanations.map(item) : [none]));
			}
			explanations.forEach((explanation, index) => setText(reasons[index], reason(explanation, classes)));
		},
	};
}
