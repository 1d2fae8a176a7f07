/** Types of the lab of images. Only the type checker reads this file; the page does not load it. */

import type { Catalogue, Config } from "../settings/types.d.ts";
import type { MapLayout, PageState, Requested, ServerState } from "../state/types.d.ts";
import type { I18n } from "../ui/i18n.js";

/** The positions of the pen from pressing it down to lifting it. */
export type Stroke = number[][];

/** x and y of both ends. */
export type Line = number[];

/** A layer in the setting `layers`. */
export interface ImageLayer {
	kind: string;
	filters?: number;
	neurons?: number;
	size?: number;
	stride?: number | null;
	padding?: string;
	activation?: string | null;
	rate?: number;
	before_activation?: boolean;
}

/** Why layers do not fit: `images.misfit.REASON` says it. */
export interface Misfit {
	at: number;
	kind: string;
	reason: "first" | "row" | "flat" | "single" | "window" | "dropout" | "columns";
	/** The side of the layer's input, in pixels. */
	side?: number;
}

/** 8-bit numbers, row by row; 127 stands for `scale`. */
export interface Tile {
	values: ArrayLike<number>;
	height: number;
	width: number;
	scale: number;
}

export interface Box {
	x: number;
	y: number;
	size: number;
}

/** What the board has for a layer: the drawn one by its index, and its entry in the setting `layers`. */
export interface Part {
	drawn: number | null;
	entry: number | null;
	kind: string;
}

/** The sides of a layer's cells and of the filters beside them, in pixels, and how many cells are across and down. */
export interface Cells {
	cell: number;
	gap: number;
	kernel: number;
	across: number;
	down: number;
	width: number;
}

/** A layer on the board, in pixels: `left` and `columnWidth` with the room for its buttons, the others without. */
export interface Column extends Part {
	left: number;
	columnWidth: number;
	x: number;
	y: number;
	width: number;
	height: number;
	cells: Cells | null;
}

/** A map, or a filter, by the index of its layer among the drawn ones. */
export interface Choice {
	layer: number;
	channel: number;
	filter: boolean;
}

/** The settings' layers and the drawn ones, once both are known. */
export interface ImagePage extends PageState {
	server: ServerState & { images: { layers: MapLayout[] } };
}

/** An image to be shown. */
export type ImageToShow = { set: "train" | "test"; index: number } | { pixels: number[] };

export interface LabTools {
	i18n: I18n;
	catalogue: Catalogue;
	/** The settings, with changes that the server has not confirmed yet. */
	present: () => Requested | null;
	onChange: (changes: Partial<Config>) => void;
	onShow: (image: ImageToShow) => void;
	/** Show a message for a short while. */
	notify: (text: string) => void;
}

/** The probability of each class, and the likeliest. */
export interface Scores {
	probabilities: number[];
	answer: number;
}
