// Columns of a table that points come from: how their values stand on the plane.

/** The columns that the points come from; null: from none that is known. @param {Config} config @param {Catalogue} catalogue */
export const columnsOf = ({ data_columns, dataset }, { datasets }) => data_columns ?? datasets[dataset]?.columns ?? null;

/** A value of the plane, or a target, as it is in its column. @param {DataColumn} column @param {number} value */
export const original = ({ offset, factor }, value) => value / factor + offset;

/** A value of a column as it is on the plane. @param {DataColumn} column @param {number} value */
export const onPlane = ({ offset, factor }, value) => (value - offset) * factor;
