// Texts for what the server found in a table.
/** Return what is wrong with a line. @param {I18n} i18n @param {TableFault} fault */
export function faultText(i18n, { line, column, code, value, count }) {
	const expected = i18n.t(`table.expected.${code}`, { n: String(count ?? "") });
	const got = value === "" ? i18n.t("table.nothing") : i18n.t("table.quoted", { value });
	if (code === "cells") return i18n.t("table.fault.cells", { line: String(line), expected, n: value });
	if (column === null) return i18n.t("table.fault.line", { line: String(line), expected });
	return i18n.t("table.fault.cell", { line: String(line), column, expected, got });
}

/** Return what is remarkable in a column. @param {I18n} i18n @param {TableHint} hint */
export function hintText(i18n, { code, column, count, total, line, value, share, text }) {
	const key = `table.hint.${code}`;
	if (!i18n.has(key) && !i18n.has(`${key}.other`)) return text; // of a later server
	const percent = i18n.number(share ?? 0, { maximumSignificantDigits: 2 });
	return i18n.t(key, { column, count, total: i18n.number(total), line: String(line), value, share: percent });
}

/** Return why there are no points. @param {I18n} i18n @param {NonNullable<TablePreview["unusable"]>} unusable */
export function reasonText(i18n, { code, text, values }) {
	const key = `table.unusable.${code}`;
	return i18n.has(key) || i18n.has(`${key}.other`) ? i18n.t(key, values) : text;
}

/** Return the format of the table. @param {I18n} i18n @param {TablePreview} preview */
export function formText(i18n, { separator, decimal, encoding, total_rows: rows }) {
	const names = /** @type {Record<string, string>} */ ({ ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space" });
	const parts = [
		i18n.t("table.rows", { count: rows }),
		i18n.t(`table.separator.${names[separator] ?? "comma"}`),
		i18n.t(`table.decimal.${decimal === "," ? "comma" : "point"}`),
	];
	if (encoding !== "utf-8") parts.push(encoding.toUpperCase());
	return parts.join(" · ");
}
