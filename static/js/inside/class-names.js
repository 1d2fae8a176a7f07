// The names of classes for explanations and tables.

/** Return the names of classes: those of the table's column; else −1 and 1 for two classes, or 0, 1, 2 … for more. @param {number} count @param {I18n} i18n @param {DataColumns | null} [columns] */
export const classNames = (count, i18n, columns) =>
	columns?.classes.length === count
		? columns.classes
		: count === 2
		? [i18n.number(-1), i18n.number(1)]
		: Array.from({ length: count }, (_, index) => String(index));
