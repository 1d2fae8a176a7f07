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

/** A training as REST has it: what pictures read of it. */
export interface PictureState {
	config: Omit<Config, "layers"> & { layers: { kind: string; neurons?: number; filters?: number; activation?: string }[] };
	/** Neurons of each layer, inputs first. */
	shape: number[];
	/** Whether a program has set points that are not those of the config. */
	custom_data: boolean;
	metrics: { epoch: number; train_loss: number; test_loss: number; test_accuracy: number | null };
}

/** What each picture is made with. */
export interface PrintOptions {
	i18n: I18n;
	/** The name of the network. */
	name: string;
	/** The set-up in a few words each. */
	setUp: string[];
}

/** What the picture of the plane shows. */
export interface BoundaryData {
	config: PictureState["config"];
	columns: DataColumns | null;
	/** What the colours stand for; null: for several classes. */
	scale: NodeScale | null;
	/** Rows x1, x2, target. */
	points: { train: number[][]; test: number[][] };
	/** A bitmap of the plane as a data URL. */
	image: string;
	/** The output in rows from the top, for the decision line; null: there is none. */
	values: number[][] | null;
}

/** What the picture of the network shows. */
export interface NetworkData {
	shape: number[];
	layers: { weights: number[][]; biases: number[] }[];
	/** The names of the inputs, and of the outputs where there are several. */
	inputs: string[];
	outputs: string[];
	/** The caption of each layer, that of the inputs first. */
	captions: string[];
	/** Lines of text below. */
	notes: string[];
}

/** What the page gives for pictures. */
export interface MakerOptions {
	i18n: I18n;
	catalogue: Catalogue;
	/** The name of an input as text. */
	featureText: (name: string) => string;
	/** What the colours of a node stand for. */
	scaleOf: (node: { layer: number; neuron: number }, server: Pick<ServerState, "shape" | "config">) => NodeScale | null;
	/** The name of the network. */
	name: string;
}

export interface ModelsOptions extends Omit<MakerOptions, "name"> {
	/** Called when a model has replaced the training. */
	onOpened: () => void;
}

export type AnyRefusal = Refusal | Error;
