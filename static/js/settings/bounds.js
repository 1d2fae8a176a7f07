// The bounds of settings, and texts that say them.

/** Whether a setting takes a number. @param {Bounds} bounds @param {number} value */
export const inBounds = ({ type, minimum = -Infinity, maximum = Infinity, exclusive_minimum: above = -Infinity }, value) =>
	value >= minimum && value <= maximum && value > above && Number.isFinite(value) && (type !== "integer" || Number.isInteger(value));

/** Whether the server takes hidden layers with these neurons, which may be more than the page offers. @param {Catalogue["fields"]["hidden_layers"]} field @param {number[]} layers */
export const layersInBounds = ({ items, maximum_items: maxItems = Infinity }, layers) =>
	layers.length <= maxItems && layers.every((each) => Number.isInteger(each) && inBounds(items ?? {}, each));

/** Return functions about the bounds of settings. @param {{i18n: I18n, catalogue: Catalogue}} options */
export function createBounds({ i18n, catalogue }) {
	/** The limits of a setting, or of each entry of a list. @param {keyof Config} field */
	const limits = (field) => catalogue.fields[field].items ?? catalogue.fields[field];

	return {
		/** @param {keyof Config} field @param {number} value */
		inBounds: (field, value) => inBounds(limits(field), value),

		/** A text that says which numbers a setting takes. @param {keyof Config} field */
		expected(field) {
			const { minimum: low = -Infinity, maximum: high = Infinity, exclusive_minimum: above } = limits(field);
			const number = (/** @type {number} */ each) => i18n.number(each, { maximumFractionDigits: 12 });
			const kind = above !== undefined ? "above" : catalogue.fields[field].type === "integer" ? "whole" : "between";
			return i18n.t(`edit.${kind}`, { low: number(above ?? low), high: number(high) });
		},
	};
}
