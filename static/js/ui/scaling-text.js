// Texts about the columns that points come from: their names, and how they are scaled to the plane.
import { columnsOf } from "../settings/columns.js";

/** Options with which a number of a column is written. @type {Intl.NumberFormatOptions} */
export const SHORT_NUMBER = { maximumSignificantDigits: 4, useGrouping: "min2" };

/** Return how a column is scaled to the plane. @param {I18n} i18n @param {string} symbol what it becomes @param {DataColumn} column */
export function scalingText(i18n, symbol, { name, offset, factor }) {
	const [from, by] = [offset, factor].map((each) => i18n.number(each, SHORT_NUMBER));
	if (offset === 0) return i18n.t("table.scaledOnly", { symbol, name, by });
	if (offset < 0) return i18n.t("table.scaledPlus", { symbol, name, from: i18n.number(-offset, SHORT_NUMBER), by });
	return i18n.t("table.scaled", { symbol, name, from, by });
}

/** How both columns of the inputs are scaled; empty without columns. @param {I18n} i18n @param {DataColumns | null} columns */
export const inputsText = (i18n, columns) =>
	columns ? [scalingText(i18n, "x₁", columns.x1), scalingText(i18n, "x₂", columns.x2)].join("; ") : "";

/** The columns of the points, those of a dataset of real data by their names in this language. @param {I18n} i18n @param {Config} config @param {Catalogue} catalogue @returns {DataColumns | null} */
export function namedColumns(i18n, config, catalogue) {
	const columns = columnsOf(config, catalogue);
	if (!columns || config.data_columns) return columns;
	const named = (/** @type {"x1" | "x2" | "target"} */ role) => {
		const column = columns[role];
		return column && { ...column, name: i18n.t(`column.${config.dataset}.${role}`) };
	};
	return { ...columns, .../** @type {any} */ ({ x1: named("x1"), x2: named("x2"), target: named("target") }) };
}
