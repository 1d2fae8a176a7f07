// Names of settings and of their values, in few words.
import { COMBOS, SELECTS, SETTINGS, SLIDERS } from "../settings/fields.js";
import { featureText } from "./naming.js";

/** Every setting that has a control of its own by the table. @type {Setting[]} */
export const SETTING_ROWS = [...SELECTS, ...COMBOS, ...SLIDERS, ...SETTINGS];

/** The row of a setting, if it has one. @param {string} field */
export const rowOf = (field) => SETTING_ROWS.find((each) => each.field === field);

const FIELDS_WITH_OWN_WORDS = ["features", "hidden_layers", "layers", "points", "data_columns", "weights"]; // room.lock.NAME

/** Return the key of a setting's name. @param {string} field */
export function nameOf(field) {
	if (FIELDS_WITH_OWN_WORDS.includes(field)) return `room.lock.${field}`;
	const id = rowOf(field)?.id ?? field.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
	return `control.${id}.label`;
}

/** Where the choices of a setting are named: choice.WORDS. */
const CHOICE_WORDS = new Map([
	["dataset", "dataset"],
	...SETTING_ROWS.map(({ field, words }) => /** @type {[string, string]} */ ([field, words ?? ""])),
]);

/** Return the name of a setting. @param {I18n} i18n @param {string} field @returns {string} */
export const fieldName = (i18n, field) => (i18n.has(nameOf(field)) ? i18n.t(nameOf(field)) : field);

/** The kind and the number of neurons or filters of a layer, if it has one. @param {I18n} i18n @param {{kind: string, neurons?: number, filters?: number}} layer */
function layerText(i18n, { kind, neurons, filters }) {
	const count = neurons ?? filters;
	const name = [`images.short.${kind}`, `images.kind.${kind}`].find(i18n.has);
	return count === undefined ? "" : i18n.t("images.kind.sized", { name: i18n.t(name ?? kind), size: String(count) });
}

/** Return the text of a setting's value. @param {I18n} i18n @param {string} field @param {unknown} value @returns {string} */
export function valueText(i18n, field, value) {
	if (field === "features" && Array.isArray(value)) return value.map(featureText).join(", ");
	if (field === "layers" && Array.isArray(value)) return value.map((layer) => layerText(i18n, layer)).filter(Boolean).join("–");
	if (field === "drawings" && Array.isArray(value)) return i18n.t("images.own.count", { count: value.length });
	if (field === "points") return i18n.t("wall.customPoints");
	if (Array.isArray(value)) {
		if (value.length === 0) return i18n.t(field === "hidden_layers" ? "wall.noLayers" : "wall.none");
		const parts = value.map((each) => valueText(i18n, field, each));
		return parts.join(field === "hidden_layers" ? "–" : ", ");
	}
	const words = CHOICE_WORDS.get(field);
	if (words && i18n.has(`choice.${words}.${value}`)) return i18n.t(`choice.${words}.${value}`);
	if (typeof value === "number") return field.endsWith("seed") ? String(value) : i18n.number(value, { maximumSignificantDigits: 4 });
	if (value === null && field === "speed") return i18n.t("choice.speed.max");
	return String(value);
}
