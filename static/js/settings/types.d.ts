/** Types of a training's settings. Only the type checker reads this file; the page does not load it. */

export type Problem = "classification" | "multiclass" | "regression" | "images";

/** A digit drawn by hand. */
export interface Drawing {
	label: number;
	/** 8 rows of 8, each from 0 to 16. */
	pixels: number[];
	use: string;
}

/** A column of a table: value on the plane = (value in the column - offset) * factor. */
export interface DataColumn {
	name: string;
	offset: number;
	factor: number;
}

/** Where custom points come from, and how they were scaled. */
export interface DataColumns {
	x1: DataColumn;
	x2: DataColumn;
	/** Only for regression. */
	target: DataColumn | null;
	/** The classes' names, in the order of their targets. */
	classes: string[];
}

/** The settings of a training, as the server has them. */
export interface Config {
	problem: Problem;
	dataset: string;
	classes: number;
	/** Custom points: x1, x2 and target each. */
	points: number[][];
	/** The columns of a table that custom points come from; null: of none that is known. */
	data_columns: DataColumns | null;
	/** Digits drawn by hand, in addition to the dataset's. */
	drawings: Drawing[];
	noise: number;
	/** Of the custom points; `points` are those without it. */
	points_noise: number;
	train_percent: number;
	features: string[];
	input_scaling: string;
	/** Neurons of each hidden layer. */
	hidden_layers: number[];
	activation: string;
	/** One for each hidden layer, or none: `activation` in all of them. */
	layer_activations: string[];
	output_activation: string;
	loss: string;
	huber_delta: number;
	optimizer: string;
	momentum: number;
	rho: number;
	beta1: number;
	beta2: number;
	epsilon: number;
	weight_decay: number;
	schedule: string;
	schedule_epochs: number;
	schedule_factor: number;
	learning_rate: number;
	batch_size: number;
	regularization: string;
	regularization_rate: number;
	l1_ratio: number;
	/** One rate for each hidden layer, or none. */
	dropout: number[];
	/** The normalization of each hidden layer, or none at all. */
	normalization: string[];
	/** For each hidden layer the number of layers in the block that ends with it and is bridged; 0: none. */
	residual: number[];
	/** Layers that have no short form, as a program set them; then the lists above are empty. */
	layers: { kind: string }[];
	gradient_clip: number;
	initializer: string;
	initial_bias: number;
	data_seed: number;
	weights_seed: number;
}

export interface Bounds {
	type?: string;
	minimum?: number;
	maximum?: number;
	exclusive_minimum?: number;
}

/** What the server says about one setting. */
export interface Field extends Bounds {
	type: "choice" | "integer" | "number" | "list" | "object";
	default: unknown;
	choices: string[];
	items: Bounds;
	maximum_items?: number;
	/** What controls offer, which is less than what the server takes. */
	offered: {
		values: number[];
		minimum: number;
		maximum: number;
		step?: number;
		minimum_layers: number;
		maximum_layers: number;
		minimum_neurons: number;
		maximum_neurons: number;
	};
}

/** What the server offers. */
export interface Catalogue {
	fields: Record<keyof Config, Field>;
	datasets: Record<string, { problems: Problem[]; points: number; available?: boolean; install?: string; columns?: DataColumns | null }>;
	features: string[];
	activations: string[];
	/** The output activations of each problem type. */
	outputs: Record<string, string[]>;
	/** The losses of each output activation. */
	losses: Record<string, string[]>;
	/** The settings that each optimizer uses. */
	optimizers: Record<string, string[]>;
	schedules: Record<string, string[]>;
}

/** Names of the settings whose values have a type. */
type FieldsOf<Value> = { [Field in keyof Config]: Config[Field] extends Value ? Field : never }[keyof Config];

/** The settings of each kind. "choices", "numbers" and "blocks" hold one value for each hidden layer, or none at all. */
export interface FieldsByKind {
	choice: FieldsOf<string>;
	number: FieldsOf<number>;
	choices: "layer_activations" | "normalization";
	numbers: "dropout";
	blocks: "residual";
	inputs: "features";
}

export type SettingKind = keyof FieldsByKind;

/** What a row of the table of settings may say besides its kind, id and field. */
export interface SettingDetails {
	/** Its name in links and on the page, where its words are control.ID. */
	id: string;
	/** The heading of the advanced panel under which it stands; none: elsewhere on the page. */
	group?: string;
	/** Where its choices are named: choice.WORDS and hint.WORDS. */
	words?: string;
	/** Whether it takes a whole row of the panel; choices and lists always do. */
	wide?: boolean;
	/** Whether its number is shown in percent. */
	percent?: boolean;
	/** Whether its number counts training points, so that all of them are the most. */
	ofPoints?: boolean;
	/** Whether every training has its own value, so that there is no default to compare with. */
	own?: boolean;
	/** Whether it has an effect with these settings. */
	when?: (config: Config, catalogue: Catalogue) => boolean;
	/** The choices, where they depend on other settings; the first is the default. */
	choices?: (config: Config, catalogue: Catalogue) => string[];
	/** The default, where it depends on other settings. */
	default?: (config: Config) => unknown;
}

/** A row of one kind. */
export interface SettingOf<Kind extends SettingKind> extends SettingDetails {
	kind: Kind;
	/** Its name in the server's settings. */
	field: FieldsByKind[Kind];
}

/** One row of the table of settings. */
export type Setting = { [Kind in SettingKind]: SettingOf<Kind> }[SettingKind];

/** Make a row; its id is the field's name in camel case unless the details give another. */
export type MakeSetting = <Kind extends SettingKind>(
	kind: Kind,
	field: FieldsByKind[Kind],
	details?: Partial<SettingDetails>,
) => SettingOf<Kind>;

/** Points x1, x2, target. */
export type Point = number[];
