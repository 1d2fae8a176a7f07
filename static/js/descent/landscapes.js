// The losses of the laboratory: of one weight on one or several samples, and four of two weights.

/** The one sample of the parabola: its input and its target. @type {Sample[]} */
const ONE_SAMPLE = [{ x: 2, t: 6 }];
/** Samples about the line t = 3 x, of which none has its own minimum at 3; the mean of x² is 4, as with the one sample. @type {Sample[]} */
const FIVE_SAMPLES = [{ x: 0.9, t: 2.4 }, { x: 1.5, t: 5.3 }, { x: 1.8, t: 4.7 }, { x: 2.3, t: 7.8 }, { x: 2.9, t: 8.1 }];

/** The mean of numbers. @param {number[]} values */
const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Return the loss of a sample: half the squared error. @param {Sample} sample @param {number} w */
export const lossOf = ({ x, t }, w) => 0.5 * (w * x - t) ** 2;
/** Return the derivative of a sample's loss. @param {Sample} sample @param {number} w */
export const slopeOf = ({ x, t }, w) => x * (w * x - t);

/** Return a landscape of one weight. @param {string} name @param {Sample[]} samples @param {boolean} stochastic one sample a step @returns {Landscape} */
const oneWeight = (name, samples, stochastic = false) => ({
	name,
	samples,
	stochastic,
	start: [5],
	rate: 0.1,
	range: [-1, 7],
	minima: [[3]],
	curvature: mean(samples.map(({ x }) => x * x)),
	loss: ([w]) => mean(samples.map((sample) => lossOf(sample, w))),
	gradient: ([w]) => [mean(samples.map((sample) => slopeOf(sample, w)))],
});

/** Return a landscape of two weights. @param {Pick<Landscape, "name" | "start" | "rate" | "minima" | "curvature" | "loss" | "gradient">} surface @returns {Landscape} */
const twoWeights = (surface) => ({ ...surface, samples: [], stochastic: false, range: [-5, 5] });

export const RAVINE_STEEPNESS = 50; // how much steeper one direction of the ravine is than the other

/** @type {Landscape[]} */
export const LANDSCAPES = [
	oneWeight("single", ONE_SAMPLE),
	oneWeight("batch", FIVE_SAMPLES),
	oneWeight("stochastic", FIVE_SAMPLES, true),
	twoWeights({
		name: "bowl",
		start: [-4, 3],
		rate: 0.2,
		minima: [[0, 0]],
		curvature: 1,
		loss: ([a, b]) => 0.5 * (a * a + b * b),
		gradient: ([a, b]) => [a, b],
	}),
	twoWeights({
		name: "ravine",
		start: [-4, 1],
		rate: 0.025, // with which each optimizer arrives
		minima: [[0, 0]],
		curvature: RAVINE_STEEPNESS,
		loss: ([a, b]) => 0.5 * (a * a + RAVINE_STEEPNESS * b * b),
		gradient: ([a, b]) => [a, RAVINE_STEEPNESS * b],
	}),
	twoWeights({
		name: "saddle",
		start: [-4, 0.01],
		rate: 0.1,
		minima: [[0, -2], [0, 2]],
		curvature: null,
		loss: ([a, b]) => 0.5 * (a * a - b * b) + b ** 4 / 16,
		gradient: ([a, b]) => [a, -b + b ** 3 / 4],
	}),
	twoWeights({
		name: "minima",
		start: [-4.7, 4.2],
		rate: 0.1,
		minima: [[0, 0]],
		curvature: null,
		loss: ([a, b]) => 0.1 * (a * a + b * b) + 1 - 0.5 * (Math.cos(2 * a) + Math.cos(2 * b)),
		gradient: ([a, b]) => [0.2 * a + Math.sin(2 * a), 0.2 * b + Math.sin(2 * b)],
	}),
];

/**
 * Return the learning rates above which plain descent overshoots the minimum of a parabola, and above which it diverges; null for other landscapes.
 * @param {Landscape} landscape */
export const limitsOf = ({ curvature, stochastic }) =>
	curvature === null || stochastic ? null : { overshoots: 1 / curvature, diverges: 2 / curvature };
