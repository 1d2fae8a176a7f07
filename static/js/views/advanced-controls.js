// Creates the controls of the advanced panel, by kind of setting.
import { ADVANCED_INPUTS, choicesOf, NONE } from "../settings/fields.js";
import { Combo } from "../ui/combo-box.js";
import { h } from "../ui/dom.js";
import { parseNumber } from "../ui/format.js";
import { setOptions, showChoiceHint } from "../ui/select.js";
import { featureMath, featureText } from "./naming.js";

/**
 * Create the control of a setting.
 * @param {Setting} setting @param {ControlTools} tools @param {HTMLElement} label of the setting, whose help describes the choice
 * @returns {Control}
 */
export function createControl(setting, tools, label) {
	switch (setting.kind) {
		case "choice":
			return createChoice(setting, tools, label);
		case "number":
			return tools.catalogue.fields[setting.field].offered ? createCombo(setting, tools) : createText(setting, tools);
		case "inputs":
			return createInputs(tools);
		default:
			return createLayers(setting, tools);
	}
}

/** A select. @param {SettingOf<"choice">} setting @param {ControlTools} tools @param {HTMLElement} label @returns {Control} */
function createChoice(setting, { i18n, catalogue, onChange }, label) {
	const { id, field, words = field } = setting;
	const select = h("select", { id, on: { change: () => onChange({ [field]: select.value }) } });
	return {
		control: select,
		update(config) {
			setOptions(select, choicesOf(setting, config, catalogue), (choice) => i18n.t(`choice.${words}.${choice}`));
			select.classList.toggle("only", select.options.length < 2);
			select.value = config[field];
			showChoiceHint(label, words, config[field]);
		},
	};
}

/**
 * Add a combo box with the usual values of a setting.
 * @param {HTMLElement} place @param {{id: string, label: string, field: keyof Config, onChoose: (value: number) => void}} options
 * @param {ControlTools} tools
 */
function addCombo(place, { id, label, field, onChoose }, { catalogue, bounds, onValid, onInvalid }) {
	return new Combo(place, {
		id,
		label,
		values: catalogue.fields[field].offered.values,
		valid: (value) => bounds.inBounds(field, value),
		onChoose,
		onValid,
		onInvalid: (text) => onInvalid(text, bounds.expected(field)),
	});
}

/** A number with usual values. @param {SettingOf<"number">} setting @param {ControlTools} tools @returns {Control} */
function createCombo({ id, field }, tools) {
	const control = h("span", { class: "combo" });
	const label = tools.i18n.t(`control.${id}.label`);
	const combo = addCombo(control, { id, label, field, onChoose: (value) => tools.onChange({ [field]: value }) }, tools);
	return { control, update: (config) => combo.update(config[field]) };
}

/** A number without usual values. @param {SettingOf<"number">} setting @param {ControlTools} tools @returns {Control} */
function createText({ id, field }, { bounds, onChange, onValid, onInvalid }) {
	const input = h("input", { id, inputmode: "numeric", autocomplete: "off", spellcheck: "false" });
	input.addEventListener("change", () => {
		const value = parseNumber(input.value);
		const isValid = bounds.inBounds(field, value);
		input.setAttribute("aria-invalid", String(!isValid));
		if (!isValid) return onInvalid(input.value, bounds.expected(field));
		onValid();
		return onChange({ [field]: value });
	});
	return {
		control: input,
		update(config) {
			if (document.activeElement !== input || input.getAttribute("aria-invalid") !== "true") input.value = String(config[field]);
		},
	};
}

/** @typedef {SettingOf<"choices"> | SettingOf<"numbers"> | SettingOf<"blocks">} LayerSetting */

const MAX_BLOCK_LAYERS = 4; // of a residual connection that the page offers

/**
 * Add the control of one layer to a cell; return a function that shows its value.
 * @param {HTMLElement} cell @param {LayerSetting} setting @param {{layer: number, change: (value: string | number) => void}} of @param {ControlTools} tools
 * @returns {(value: string | number) => void}
 */
function addLayerControl(cell, { id, field, kind, words = field }, { layer, change }, tools) {
	const { i18n, catalogue } = tools;
	const label = i18n.t("readout.inLayer", { action: i18n.t(`control.${id}.label`), layer: layer + 1 });
	if (kind !== "numbers") {
		const data = { help: `control.${id}.help` };
		const selectedValue = () => (kind === "blocks" ? Number(select.value) : select.value);
		const select = h("select", { "aria-label": label, data, on: { change: () => change(selectedValue()) } });
		const blocks = ["0", ...Array.from({ length: Math.min(MAX_BLOCK_LAYERS, layer + 1) }, (_, index) => String(index + 1))];
		const choices = kind === "blocks" ? blocks : catalogue.fields[field].choices;
		const name = (/** @type {string} */ choice) =>
			kind === "blocks" && choice !== "0"
				? i18n.t(`choice.${words}.block`, { count: Number(choice) })
				: i18n.t(`choice.${words}.${choice}`);
		cell.append(select);
		return (value) => {
			const shown = String(value);
			setOptions(select, choices.includes(shown) ? choices : [...choices, shown], name); // a program may set more
			select.value = shown;
			if (kind === "choices") showChoiceHint(select, words, shown);
		};
	}
	const place = h("span", { class: "combo" });
	cell.append(place);
	const combo = addCombo(place, { id: `${id}${layer + 1}`, label, field, onChoose: change }, tools);
	place.querySelector("input")?.setAttribute("aria-label", label);
	return (value) => combo.update(Number(value));
}

/** Return the values with which a choice sets all layers; for `blocks`, a residual connection around every so many layers. @param {LayerSetting["kind"]} kind @param {string} choice @param {number} count */
export const valuesForAllLayers = (kind, choice, count) =>
	Array.from({ length: count }, (_, layer) => (kind !== "blocks" ? choice : (layer + 1) % Number(choice) === 0 ? Number(choice) : 0));

/** Return the choice that sets all layers to these values; "" if there is none. @param {LayerSetting["kind"]} kind @param {string[]} choices @param {(string | number)[]} values */
export const commonChoice = (kind, choices, values) =>
	choices.find((each) => JSON.stringify(valuesForAllLayers(kind, each, values.length)) === JSON.stringify(values)) ?? "";

/**
 * Add a select that sets all layers at once; return a function that shows their common choice.
 * @param {HTMLElement} control @param {LayerSetting} setting @param {(values: (string | number)[]) => void} change @param {ControlTools} tools
 */
function addAllLayersSelect(control, { id, field, kind, words = field }, change, { i18n, catalogue }) {
	const label = i18n.t("control.allLayers.label");
	const select = h("select", { "aria-label": `${i18n.t(`control.${id}.label`)}: ${label}` });
	control.append(h("span", { class: "cell all" }, h("span", { class: "quiet", "aria-hidden": "true", text: label }), select));
	let count = 0;
	select.addEventListener("change", () => select.value && change(valuesForAllLayers(kind, select.value, count)));
	return (/** @type {(string | number)[]} */ values) => {
		count = values.length;
		const blocks = ["0", ...Array.from({ length: Math.min(MAX_BLOCK_LAYERS, count) }, (_, index) => String(index + 1))];
		const choices = kind === "blocks" ? blocks : catalogue.fields[field].choices;
		const chosen = commonChoice(kind, choices, values);
		const name = (/** @type {string} */ choice) => {
			if (choice === "") return i18n.t("control.allLayers.mixed");
			if (kind === "blocks" && choice !== "0") return i18n.t("choice.residual.blocks", { count: Number(choice) });
			return i18n.t(`choice.${words}.${choice}`);
		};
		setOptions(select, chosen === "" ? [...choices, ""] : choices, name);
		select.value = chosen;
	};
}

/** Create one control for each hidden layer. @param {LayerSetting} setting @param {ControlTools} tools @returns {Control} */
function createLayers(setting, tools) {
	const { id, field, kind } = setting;
	const empty = kind === "choices" ? NONE : 0;
	const hasAll = field === "normalization" || field === "residual"; // the bar sets all activations
	const label = tools.i18n.t(`control.${id}.label`);
	const sizeClass = field === "normalization" ? " long single" : hasAll ? " long" : "";
	const control = h("div", { class: `per-layer${sizeClass}`, role: "group", "aria-label": label });
	/** Choices or numbers, by `kind`. @type {(string | number)[]} */
	let values = [];
	/** @type {((value: string | number) => void)[]} */
	let cells = [];
	/** @type {((values: (string | number)[]) => void) | undefined} */
	let showAll;

	function send(/** @type {(string | number)[]} */ next) {
		values = next;
		const areEqual = values.every((each) => each === values[0]);
		if (field === "layer_activations" && areEqual) tools.onChange({ activation: values[0] });
		else tools.onChange({ [field]: values.some((each) => each !== empty) ? values : [] });
	}

	function makeCell(/** @type {number} */ layer) {
		const cell = h("span", { class: "cell" }, h("span", { class: "quiet", "aria-hidden": "true", text: String(layer + 1) }));
		control.append(cell);
		const change = (/** @type {string | number} */ value) => send(values.map((each, index) => (index === layer ? value : each)));
		return addLayerControl(cell, setting, { layer, change }, tools);
	}

	return {
		control,
		update(config) {
			const layers = config.hidden_layers;
			values = config[field].length > 0 ? config[field] : layers.map(() => (field === "layer_activations" ? config.activation : empty));
			if (cells.length !== layers.length) {
				control.replaceChildren();
				showAll = hasAll && layers.length > 1 ? addAllLayersSelect(control, setting, send, tools) : undefined;
				cells = layers.map((_, layer) => makeCell(layer));
			}
			showAll?.(values);
			cells.forEach((show, layer) => show(values[layer]));
		},
	};
}

/** Create the buttons that switch inputs. @param {ControlTools} tools @returns {Control} */
function createInputs({ i18n, hide, onToggleFeature }) {
	const buttons = ADVANCED_INPUTS.map((name) => {
		const data = { help: `hint.feature.${name}`, hideSwitch: hide[name] };
		return h("button", {
			type: "button",
			class: "chip",
			"aria-label": featureText(name),
			data,
			on: { click: () => onToggleFeature(name) },
		}, featureMath(name));
	});
	return {
		control: h("div", { class: "chips", role: "group", "aria-label": i18n.t("control.moreInputs.label") }, ...buttons),
		update(config) {
			buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(config.features.includes(ADVANCED_INPUTS[index]))));
		},
	};
}
