// Short texts for differing settings, network shapes and locks.
import { IMAGE_SIDE } from "../../settings/images.js";
import { fieldName, valueText } from "../../views/setting-words.js";
import { OTHER_SETTINGS } from "../shared/setting-lists.js";

/** Return the differing settings that are worth showing: not the seeds, which always differ, nor the columns, which come with the points. @param {Record<string, unknown>} differs @returns {[string, unknown][]} */
export const notableDifferences = (differs) =>
	Object.entries(differs ?? {}).filter(([field]) => !field.endsWith("_seed") && field !== "data_columns");

/** Return the differences from the start as one short line: of choices the value alone, of numbers name and value. @param {I18n} i18n @param {Record<string, unknown>} differs */
export function differencesText(i18n, differs) {
	const parts = notableDifferences(differs)
		.filter(([field]) => field !== "hidden_layers" && field !== "layers") // the shape is shown already
		.map((
			[field, value],
		) => (typeof value === "number"
			? `${i18n.has(`wall.short.${field}`) ? i18n.t(`wall.short.${field}`) : fieldName(i18n, field)} ${valueText(i18n, field, value)}`
			: valueText(i18n, field, value))
		);
	return parts.join(" · ");
}

/** Return the sizes of the hidden layers, such as "4–2", or "4 neurons" for one layer; of a network for images these include numbers of filters, and the text says so. @param {I18n} i18n @param {number[] | undefined} shape inputs first, output last */
export function shapeText(i18n, shape) {
	if (!shape?.length) return "";
	if (shape.length === 2) return i18n.t("wall.noLayers");
	const text = shape.slice(1, -1).join("–");
	if (shape[0] === IMAGE_SIDE ** 2) return i18n.t("wall.imageShape", { shape: text });
	return shape.length === 3 ? i18n.t("readout.neurons", { count: shape[1] }) : text;
}

/** Return the names of locked settings; if all further settings are locked, one name stands for all of them. @param {I18n} i18n @param {string[]} locks @returns {string[]} */
export function lockNames(i18n, locks) {
	const all = OTHER_SETTINGS.every((field) => locks.includes(field));
	const named = all ? locks.filter((field) => !OTHER_SETTINGS.includes(field)) : locks;
	return [...named.map((field) => fieldName(i18n, field)), ...(all ? [i18n.t("teach.locks.further")] : [])];
}

/** Return which further settings are locked, from the state of their box. @param {{checked: boolean, indeterminate: boolean}} box @param {string[]} before the earlier locks, which an indeterminate box keeps */
export const lockedFurther = ({ checked, indeterminate }, before) =>
	OTHER_SETTINGS.filter((field) => (indeterminate ? before.includes(field) : checked));
