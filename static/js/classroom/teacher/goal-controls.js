// The controls of the task form with which a teacher sets one part of a goal: a box to tick, and what is wanted.
import { parseNumber } from "../../ui/format.js";
import { featureText } from "../../views/naming.js";
import { h } from "../../ui/dom.js";
import { tick } from "../../ui/dialog.js";
import { appliesTo } from "../shared/goals.js";

const DEFAULT_FRESH_RUNS = { solved: 4, runs: 5, epochs: 300 };

/** @param {string} name for screen readers @returns {HTMLInputElement} */
const createInput = (name) => h("input", { type: "text", inputmode: "decimal", class: "short", autocomplete: "off", "aria-label": name });

/** @param {string} name @param {number} factor from the wanted value to the one that is shown @param {string} [unit] @returns {ValueControl} */
function createNumber(name, factor, unit) {
	const input = createInput(name);
	return {
		nodes: [input, ...(unit ? [unit] : [])],
		inputs: [input],
		read: () => parseNumber(input.value),
		write(/** @type {number | null | undefined} */ wanted) {
			const shown = (/** @type {number} */ value) => (factor === 1 ? value : Math.round(value * factor * 10) / 10);
			input.value = wanted === undefined || wanted === null ? "" : String(shown(wanted));
		},
	};
}

/** @param {string[]} features @returns {ValueControl} */
function createFeatures(features) {
	const boxes = features.map((name) => ({ name, ...tick(featureText(name)) }));
	return {
		nodes: boxes.map(({ element }) => element),
		inputs: [],
		read: () => boxes.filter(({ box }) => box.checked).map(({ name }) => name),
		write(/** @type {string[] | null | undefined} */ wanted) {
			for (const { name, box } of boxes) box.checked = Boolean(wanted?.includes(name));
		},
	};
}

/** @param {I18n} i18n @returns {ValueControl} */
function createFreshRuns({ t }) {
	const [solved, runs, epochs] = ["solved", "runs", "epochs"].map((name) => createInput(t(`task.fresh.${name}`)));
	return {
		nodes: [solved, t("task.fresh.of"), runs, t("task.fresh.within"), epochs, t("task.fresh.epochs")],
		inputs: [solved, runs, epochs],
		read: () => ({ solved: parseNumber(solved.value), runs: parseNumber(runs.value), epochs: parseNumber(epochs.value) }),
		write(/** @type {FreshRuns | null | undefined} */ wanted) {
			const shown = wanted ?? DEFAULT_FRESH_RUNS;
			[solved.value, runs.value, epochs.value] = [shown.solved, shown.runs, shown.epochs].map(String);
		},
	};
}

/** Return the control of one kind of goal. @param {I18n} i18n @param {Catalogue} catalogue @param {GoalKind} goal */
export function createGoalControl(i18n, catalogue, goal) {
	const { kind, control: type, parse } = goal;
	const name = i18n.t(`task.part.${kind}`);
	const { element, box } = tick(name);
	const control = {
		number: () => createNumber(name, 1),
		percent: () => createNumber(name, 100, "%"),
		features: () => createFeatures(catalogue.features),
		fresh: () => createFreshRuns(i18n),
	}[type]();
	const values = h("span", { class: "part-values" }, ...control.nodes);
	values.addEventListener("input", () => (box.checked = true));
	const row = h("div", { class: "part" }, element, values);

	return {
		kind,
		row,

		/** Show the control only for problems to which its kind of goal applies. @param {string} problem */
		offerFor(problem) {
			row.hidden = !appliesTo(goal, problem);
		},

		/** Return what is wanted: null if the box is not ticked, undefined if the entered value is invalid, which is marked. */
		get() {
			if (!box.checked || row.hidden) return null;
			const wanted = parse(control.read());
			for (const each of control.inputs) each.setAttribute("aria-invalid", String(wanted === undefined));
			return wanted;
		},

		/** Show what is wanted; null or undefined: nothing. @param {Wanted | null | undefined} wanted */
		set(wanted) {
			box.checked = wanted !== undefined && wanted !== null;
			control.write(wanted);
		},
	};
}
