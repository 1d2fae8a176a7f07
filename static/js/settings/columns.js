// The columns that points come from, and how their values are scaled to the plane.

/** Return the columns that the points come from; null: none is known. @param {Config} config @param {Catalogue} catalogue */
export function columnsOf({ data_columns, dataset, problem, classes }, { datasets }) {
	const columns = data_columns ?? datasets[dataset]?.columns ?? null;
	if (!columns || data_columns || problem !== "multiclass" || columns.classes.length === classes) return columns;
	return { ...columns, classes: Array.from({ length: classes }, (_, index) => columns.classes[index] ?? String(index)) };
}

/** Convert a coordinate of the plane, or a target, to the unit of its column. @param {DataColumn} column @param {number} value */
export const fromPlane = ({ offset, factor }, value) => value / factor + offset;

/** Convert a value of a column to the plane. @param {DataColumn} column @param {number} value */
export const toPlane = ({ offset, factor }, value) => (value - offset) * factor;
