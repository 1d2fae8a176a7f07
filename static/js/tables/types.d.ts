/** Types of tables of points. Only the type checker reads this file; the page does not load it. */

import type { Catalogue, Config, DataColumn, DataColumns } from "../settings/types.d.ts";
import type { I18n } from "../ui/i18n.js";
import type { Colors } from "../ui/types.d.ts";

/** What a person has chosen about a table; null: the server detects it. */
export interface TableChoices {
	separator: string | null;
	decimal: string | null;
	/** Of a file; text that was pasted has none. */
	encoding: string | null;
	header: boolean | null;
	/** Positions of columns. */
	x1: number | null;
	x2: number | null;
	target: number | null;
	problem: string | null;
	/** Positions of columns that are read as numbers, or as labels, whatever most of their cells are. */
	numbers: number[];
	labels: number[];
	skip_invalid: boolean;
	skip_outliers: boolean;
}

/** A line that cannot be used. */
export interface TableFault {
	line: number;
	column: string | null;
	code: string;
	value: string;
	count: number | null;
}

/** Something remarkable in a column. */
export interface TableHint {
	code: string;
	column: string;
	count: number;
	total: number;
	line: number;
	value: string;
	/** Of outliers: the percentage of the axis on which all other values lie. */
	share: number | null;
	text: string;
}

/** What the server found in a table. */
export interface TablePreview {
	config: Partial<Config> | null;
	unusable: { code: string; text: string; values: Record<string, string | number> } | null;
	encoding: string;
	separator: string;
	decimal: string;
	header: boolean;
	columns: { name: string; is_number: boolean; is_index: boolean }[];
	x1: number | null;
	x2: number | null;
	target: number | null;
	problem: string | null;
	problems: string[];
	classes: { name: string; points: number }[];
	rows: { line: number; cells: string[] }[];
	total_rows: number;
	usable_rows: number;
	bad_lines: number;
	faults: TableFault[];
	hints: TableHint[];
	/** How many lines are left out for their outliers. */
	outliers_left_out: number;
	points: number;
	data_columns: DataColumns | null;
}

export interface TableOptions {
	i18n: I18n;
	/** Have the server read a table. */
	onRead: (source: Blob | string, chosen: TableChoices) => Promise<TablePreview>;
	/** Train with its points. */
	onUse: (config: Partial<Config>) => void;
}

export interface OwnDataOptions {
	i18n: I18n;
	catalogue: Catalogue;
	onOpen: () => void;
	/** The colours of points by their targets. */
	fillOf: (colors: Colors, config: Config) => (target: number) => string;
}

export type { DataColumn };
