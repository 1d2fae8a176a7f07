// Names of settings and of their values, in few words.
import { featureText } from "../../views/naming.js";
import { nameOf } from "../shared/locks.js";
import { FURTHER, TABLE } from "../shared/setting-lists.js";

/** Where the choices of a setting are named: choice.WORDS. */
const CHOICES = new Map([
	["dataset", "dataset"],
	...TABLE.map(({ field, words }) => /** @type {[string, string]} */ ([field, words ?? ""])),
]);

/** @param {I18n} i18n @param {string} field @returns {string} */
export const fieldName = (i18n, field) => (i18n.has(nameOf(field)) ? i18n.t(nameOf(field)) : field);

const PIXELS = 64; // inputs of a network for images; points of the plane have fewer

/** The kind and the number of neurons or filters of a layer, if it has one. @param {I18n} i18n @param {{kind: string, neurons?: number, filters?: number}} layer */
function layerText(i18n, { kind, neurons, filters }) {
	const count = neurons ?? filters;
	const name = [`images.short.${kind}`, `images.kind.${kind}`].find(i18n.has);
	return count === undefined ? "" : i18n.t("images.kind.sized", { name: i18n.t(name ?? kind), size: String(count) });
}

/** @param {I18n} i18n @param {string} field @param {unknown} value @returns {string} */
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
	const words = CHOICES.get(field);
	if (words && i18n.has(`choice.${words}.${value}`)) return i18n.t(`choice.${words}.${value}`);
	if (typeof value === "number") return field.endsWith("seed") ? String(value) : i18n.number(value, { maximumSignificantDigits: 4 });
	if (value === null && field === "speed") return i18n.t("choice.speed.max");
	return String(value);
}

/** Return what differs without the seeds, which always differ, and the columns, which come with their points. @param {Record<string, unknown>} differs @returns {[string, unknown][]} */
export const tellingOf = (differs) =>
	Object.entries(differs ?? {}).filter(([field]) => !field.endsWith("_seed") && field !== "data_columns");

/** Return what differs from the start in one short line: choices by their value, numbers with their name. @param {I18n} i18n @param {Record<string, unknown>} differs */
export function differsShort(i18n, differs) {
	const parts = tellingOf(differs)
		.filter(([field]) => field !== "hidden_layers" && field !== "layers") // the shape is shown already
		.map((
			[field, value],
		) => (typeof value === "number"
			? `${i18n.has(`wall.short.${field}`) ? i18n.t(`wall.short.${field}`) : fieldName(i18n, field)} ${valueText(i18n, field, value)}`
			: valueText(i18n, field, value))
		);
	return parts.join(" · ");
}

/** Return the neurons of the hidden layers, such as 4–2; of images also the filters, which it says. @param {I18n} i18n @param {number[] | undefined} shape inputs first, output last */
export function shapeText(i18n, shape) {
	if (!shape?.length) return "";
	if (shape.length === 2) return i18n.t("wall.noLayers");
	const text = shape.slice(1, -1).join("–");
	return shape[0] === PIXELS ? i18n.t("wall.imageShape", { shape: text }) : text;
}

/** Return the names of locked settings, with one name for all further settings together. @param {I18n} i18n @param {string[]} locks @returns {string[]} */
export function lockNames(i18n, locks) {
	const all = FURTHER.every((field) => locks.includes(field));
	const named = all ? locks.filter((field) => !FURTHER.includes(field)) : locks;
	return [...named.map((field) => fieldName(i18n, field)), ...(all ? [i18n.t("teach.locks.further")] : [])];
}

/** Return which further settings are locked, from the state of their box. @param {{checked: boolean, indeterminate: boolean}} box @param {string[]} before the earlier locks, which an indeterminate box keeps */
export const furtherOf = ({ checked, indeterminate }, before) =>
	FURTHER.filter((field) => (indeterminate ? before.includes(field) : checked));
