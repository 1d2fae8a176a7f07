/** Types of saved and exported models. Only the type checker reads this file; the page does not load it. */

import type { Refusal } from "../net/rest.js";

/** What the page reads of an exported model; the server reads the rest. */
export interface ModelFile {
	format: string;
	version: number;
	name: string;
	config: {
		problem: string;
		dataset: string;
		classes: number;
		features: string[];
		hidden_layers: number[];
		layers: { kind: string; neurons?: number; filters?: number }[];
	};
	metrics: { epoch: number; train_loss: number; test_loss: number } | null;
}

/** A model in the browser's storage. */
export interface SavedModel {
	id: string;
	name: string;
	/** When it was saved, in milliseconds since 1970. */
	at: number;
	model: ModelFile;
}

/** What a list shows of a model. */
export interface ModelSummary {
	dataset: string;
	/** Neurons of each layer, inputs first. */
	shape: number[];
	epochs: number | null;
	trainLoss: number | null;
	testLoss: number | null;
}

/** Why something could not be done, as the key of a text with its values. */
export interface Fault {
	key: string;
	values: Record<string, string | number>;
}

/** A picture as text of SVG, with its size in pixels. */
export interface Picture {
	svg: string;
	width: number;
	height: number;
}

/** The losses as REST has them. */
export interface LossTable {
	epoch: number[];
	train_loss: number[];
	test_loss: number[];
}

/** What the picture of the plane shows. */
export interface BoundaryData {
	config: {
		problem: string;
		data_columns?: { x1: ColumnPlace; x2: ColumnPlace } | null;
	};
	/** Rows x1, x2, target. */
	points: { train: number[][]; test: number[][] };
	/** A bitmap of the plane as a data URL. */
	image: string;
	/** The output in rows from the top, for the decision line; null: there is none. */
	values: number[][] | null;
	/** The output at the decision line. */
	level: number;
}

export interface ColumnPlace {
	name: string;
	offset: number;
	factor: number;
}

export interface ModelsOptions {
	i18n: I18n;
	/** The name of an input as text. */
	featureText: (name: string) => string;
	/** Another training is in the place of the one before. */
	onOpened: () => void;
}

export type AnyRefusal = Refusal | Error;
