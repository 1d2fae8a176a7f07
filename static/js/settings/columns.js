// Columns of a table that points come from: how their values stand on the plane.

/** The columns that the points come from; null: from none that is known. @param {Config} config @param {Catalogue} catalogue */
export function columnsOf({ data_columns, dataset, problem, classes }, { datasets }) {
	const columns = data_columns ?? datasets[dataset]?.columns ?? null;
	if (!columns || data_columns || problem !== "multiclass" || columns.classes.length === classes) return columns;
	return { ...columns, classes: Array.from({ length: classes }, (_, index) => columns.classes[index] ?? String(index)) };
}

/** A value of the plane, or a target, as it is in its column. @param {DataColumn} column @param {number} value */
export const fromPlane = ({ offset, factor }, value) => value / factor + offset;

/** A value of a column as it is on the plane. @param {DataColumn} column @param {number} value */
export const toPlane = ({ offset, factor }, value) => (value - offset) * factor;
