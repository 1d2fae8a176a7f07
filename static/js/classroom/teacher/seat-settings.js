// Settings that a teacher changes for one learner who agreed, one at a time.
import { layersInBounds } from "../../settings/bounds.js";
import { parseNumber } from "../../ui/format.js";
import { h, setText } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";
import { CHANGEABLE_SETTINGS } from "../shared/setting-lists.js";
import { fieldName, valueText } from "../../views/setting-words.js";

const LIST_SEPARATOR = /[\s,;，、–-]+/;

/** Return a typed value of a setting; undefined if it is invalid. @param {keyof Config} field @param {string} text @param {Catalogue} catalogue */
export function parseValue(field, text, catalogue) {
	const { type, choices } = catalogue.fields[field];
	if (field === "features") {
		const names = text.split(LIST_SEPARATOR).filter(Boolean);
		return names.length > 0 && names.every((each) => choices.includes(each)) ? names : undefined;
	}
	if (field === "hidden_layers") {
		const layers = text.split(LIST_SEPARATOR).filter(Boolean).map(Number);
		return layersInBounds(catalogue.fields[field], layers) ? layers : undefined;
	}
	if (type === "choice") return choices.includes(text) ? text : undefined;
	const number = parseNumber(text);
	return Number.isFinite(number) && (type !== "integer" || Number.isInteger(number)) ? number : undefined;
}

/** Return a value as a person would type it. @param {unknown} value */
const formatValue = (value) => (Array.isArray(value) ? value.join(", ") : String(value));

/** Fill an element with the controls that change one setting of a learner. @param {HTMLElement} element @param {{i18n: I18n, catalogue: Catalogue, onChange: (changes: Record<string, unknown>) => void}} options */
export function createSettingEditor(element, { i18n, catalogue, onChange }) {
	const field = h("select", { "aria-label": i18n.t("wall.setting") });
	for (const each of CHANGEABLE_SETTINGS) field.append(h("option", { value: each, text: fieldName(i18n, each) }));
	const valueCell = h("span", { class: "change-value" });
	const apply = button(i18n.t("wall.change"), send, { class: "accent" });
	const status = h("p", { class: "quiet", role: "status" });
	element.append(h("div", { class: "change-row" }, field, valueCell, apply), status);
	/** @type {Config | null} */
	let config = null;
	/** @type {HTMLSelectElement | HTMLInputElement | null} */
	let control = null;

	/** Show the control of the chosen setting with its present value. @param {Config} config */
	function showControl(config) {
		const name = /** @type {keyof Config} */ (field.value);
		const { type, choices } = catalogue.fields[name];
		/** @type {HTMLSelectElement | HTMLInputElement} */
		const next = type === "choice" ? h("select") : h("input", { type: "text", autocomplete: "off", spellcheck: "false" });
		if (type === "choice") {
			const usable = name === "dataset"
				? choices.filter((/** @type {string} */ each) => catalogue.datasets[each]?.problems.includes(config.problem) && each !== "own")
				: choices;
			for (const each of usable) next.append(h("option", { value: each, text: valueText(i18n, name, each) }));
		}
		next.setAttribute("aria-label", fieldName(i18n, name));
		next.value = formatValue(config[name]);
		valueCell.replaceChildren(next);
		control = next;
		setText(status, "");
	}

	function send() {
		if (!control) return;
		const value = parseValue(/** @type {keyof Config} */ (field.value), control.value, catalogue);
		control.setAttribute("aria-invalid", String(value === undefined));
		setText(status, value === undefined ? i18n.t("wall.unreadable") : "");
		if (value !== undefined) onChange({ [field.value]: value });
	}
	field.addEventListener("change", () => config && showControl(config));

	return {
		/** @param {{config: Config | null, agreed: boolean}} next */
		update(next) {
			element.hidden = !next.agreed || !next.config;
			const isChanged = JSON.stringify(next.config) !== JSON.stringify(config);
			config = next.config;
			if (next.agreed && next.config && (isChanged || !control) && document.activeElement !== control) showControl(next.config);
		},
	};
}
