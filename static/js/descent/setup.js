// The controls of the laboratory: loss, optimizer, learning rate and start.
import { LANDSCAPES } from "./landscapes.js";
import { OPTIMIZERS } from "./optimizers.js";
import { Combo } from "../ui/combo-box.js";
import { h } from "../ui/dom.js";
import { parseNumber } from "../ui/format.js";

const LEARNING_RATES = [0.01, 0.03, 0.05, 0.1, 0.2, 0.25, 0.3, 0.45, 0.5, 0.55, 1];
const [MAX_LEARNING_RATE, MAX_START] = [100, 1000];

/** Return the controls. @param {I18n} i18n @param {SetupOptions} options */
export function createSetup(i18n, { onLandscape, onOptimizer, onRate, onStart }) {
	const option = (/** @type {string} */ value, /** @type {string} */ key) => h("option", { value, text: i18n.t(key) });
	const labelled = (/** @type {string} */ name, /** @type {string} */ id, /** @type {HTMLElement} */ control) =>
		h("div", { class: "field" }, h("label", { class: "label", for: id, text: i18n.t(`descent.${name}`) }), control);

	const groups = [1, 2].map((count) =>
		h(
			"optgroup",
			{ label: i18n.t(`descent.weights.${count}`) },
			...LANDSCAPES.filter(({ start }) => start.length === count).map(({ name }) => option(name, `descent.landscape.${name}`)),
		)
	);
	const landscapes = h(
		"select",
		{ id: "descent-landscape", on: { change: () => onLandscape(LANDSCAPES[landscapes.selectedIndex]) } },
		...groups,
	);
	const optimizers = h(
		"select",
		{ id: "descent-optimizer", on: { change: () => onOptimizer(OPTIMIZERS[optimizers.selectedIndex]) } },
		...OPTIMIZERS.map((name) => option(name, name === "sgd" ? "descent.plain" : `choice.optimizer.${name}`)),
	);
	const problem = h("p", { class: "warning", role: "alert", hidden: true });
	const showProblem = (/** @type {string} */ text, /** @type {string} */ expected) => {
		problem.textContent = i18n.t("edit.invalid", { text: text.slice(0, 40), expected });
		problem.hidden = false;
	};
	const hideProblem = () => void (problem.hidden = true);
	const box = h("span", { class: "combo" });
	const rate = new Combo(box, {
		id: "descent-rate",
		label: i18n.t("control.learningRate.label"),
		values: LEARNING_RATES,
		valid: (value) => value > 0 && value <= MAX_LEARNING_RATE,
		onChoose: onRate,
		onValid: hideProblem,
		onInvalid: (text) => showProblem(text, i18n.t("edit.above", { low: 0, high: MAX_LEARNING_RATE })),
	});

	/** @type {number[]} */
	let start = [];
	const starts = [0, 1].map((index) => {
		const input = h("input", {
			id: `descent-start-${index}`,
			inputmode: "decimal",
			autocomplete: "off",
			spellcheck: "false",
			on: { change: () => applyStart(index) },
		});
		return { input, label: h("label", { class: "label", for: input.id }) };
	});

	function applyStart(/** @type {number} */ index) {
		const { input } = starts[index];
		const value = parseNumber(input.value);
		const right = Math.abs(value) <= MAX_START;
		input.setAttribute("aria-invalid", String(!right));
		if (!right) return showProblem(input.value, i18n.t("edit.between", { low: -MAX_START, high: MAX_START }));
		hideProblem();
		onStart(start.map((w, each) => (each === index ? value : w)));
	}

	const startFields = starts.map(({ input, label }) => h("div", { class: "field" }, label, input));
	const fields = h(
		"div",
		{ class: "descent-settings" },
		labelled("optimizer", "descent-optimizer", optimizers),
		labelled("rate", "descent-rate", box),
		...startFields,
		problem,
	);
	return {
		landscape: labelled("loss", "descent-landscape", landscapes),
		settings: fields,
		/** @param {DescentSetup} setup @param {number[]} from */
		update(setup, from) {
			landscapes.value = setup.landscape.name;
			optimizers.value = setup.optimizer;
			rate.update(setup.rate);
			if (start.length === from.length && start.every((w, index) => w === from[index])) return;
			start = from;
			fields.classList.toggle("one", from.length === 1);
			startFields.forEach((field, index) => {
				field.hidden = index >= from.length;
				const { input, label } = starts[index];
				label.textContent = i18n.t("descent.start", { name: from.length > 1 ? "w₁ w₂".split(" ")[index] : "w" });
				input.value = String(from[index] ?? 0);
				input.setAttribute("aria-invalid", "false");
			});
		},
	};
}
