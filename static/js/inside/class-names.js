// The names of classes, as explanations and tables tell them.

/** The names of classes: those of the table, or −1 and 1, or 0 and so on. @param {number} count @param {I18n} i18n @param {DataColumns | null} [columns] */
export const classNames = (count, i18n, columns) =>
	columns?.classes.length === count
		? columns.classes
		: count === 2
		? [i18n.number(-1), i18n.number(1)]
		: Array.from({ length: count }, (_, index) => String(index));
