// The laboratory of gradient descent.

/** An input and its target. */
export interface Sample {
	x: number;
	t: number;
}

/** A loss of one or two weights. */
export interface Landscape {
	name: string;
	/** Of one weight; empty with two. */
	samples: Sample[];
	/** Whether a step takes one sample. */
	stochastic: boolean;
	/** Where a descent begins, and its learning rate, until others are chosen. */
	start: number[];
	rate: number;
	/** The range of each weight in the picture. */
	range: [number, number];
	/** The weights of all minima. */
	minima: number[][];
	/** The largest second derivative, where it is the same everywhere. */
	curvature: number | null;
	loss: (weights: number[]) => number;
	gradient: (weights: number[]) => number[];
}

export type OptimizerName = "sgd" | "momentum" | "nesterov" | "adam";

export interface DescentSetup {
	landscape: Landscape;
	optimizer: OptimizerName;
	rate: number;
}

/** A descent so far. */
export interface Descent {
	weights: number[];
	/** The optimizer's numbers for each weight. */
	memory: number[][];
	steps: number;
	/** The start, and the weights after each step. */
	path: number[][];
}

/** A step with its numbers; arrays have one entry for each weight. */
export interface Step {
	/** From 1. */
	number: number;
	/** Index of the sample that it takes; null: all. */
	sample: number | null;
	gradient: number[];
	before: number[];
	after: number[];
	memoryBefore: number[][];
	memory: number[][];
}

/**
 * The outcome of the last step: none yet; lower; lower beyond the minimum; as high beyond it; higher beyond it; higher on the same side; or how the
 * descent has ended.
 */
export type Outcome = "start" | "down" | "over" | "swings" | "worse" | "up" | "diverged" | "minimum" | "local" | "saddle";

/** What a picture shows. */
export interface DescentView {
	landscape: Landscape;
	descent: Descent;
	/** The path before the last restart, of the same landscape. */
	previousPath: number[][];
	/** The sample of the next step. */
	sample: number | null;
}

export interface DescentPictureOptions {
	i18n: import("../ui/i18n.js").I18n;
	/** Restart at other weights. */
	onStart: (weights: number[]) => void;
}

/** The numbers of an optimizer's formula, for one weight. */
export interface RuleNumbers {
	w: number;
	rate: number;
	slope: number;
	after: number;
	/** The optimizer's memory before the step, and after it. */
	memoryBefore: number[];
	memoryAfter: number[];
	/** From 1. */
	step: number;
}

export interface SetupOptions {
	onLandscape: (landscape: Landscape) => void;
	onOptimizer: (name: OptimizerName) => void;
	onRate: (rate: number) => void;
	onStart: (weights: number[]) => void;
}
