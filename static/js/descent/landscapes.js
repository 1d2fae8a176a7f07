// What is descended: the loss of one weight on one or several samples, and four losses of two weights.

/** The one sample of the parabola: its input and its target. @type {Sample[]} */
const ONE_SAMPLE = [{ x: 2, t: 6 }];
/** Samples about the line t = 3 x, of which none has its own minimum at 3; the mean of x² is 4, as with the one sample. @type {Sample[]} */
const FIVE_SAMPLES = [{ x: 0.9, t: 2.4 }, { x: 1.5, t: 5.3 }, { x: 1.8, t: 4.7 }, { x: 2.3, t: 7.8 }, { x: 2.9, t: 8.1 }];

/** The mean of numbers. @param {number[]} values */
const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** The loss of a sample: half the squared error. @param {Sample} sample @param {number} w */
export const lossOf = ({ x, t }, w) => 0.5 * (w * x - t) ** 2;
/** Its slope. @param {Sample} sample @param {number} w */
export const slopeOf = ({ x, t }, w) => x * (w * x - t);

/** One weight. @param {string} name @param {Sample[]} samples @param {boolean} stochastic one sample a step @returns {Landscape} */
const ofSamples = (name, samples, stochastic = false) => ({
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

/** Two weights. @param {Pick<Landscape, "name" | "start" | "rate" | "minima" | "curvature" | "loss" | "gradient">} surface @returns {Landscape} */
const ofTwo = (surface) => ({ ...surface, samples: [], stochastic: false, range: [-5, 5] });

export const RAVINE_STEEPNESS = 50; // how much steeper one direction of the ravine is than the other

/** @type {Landscape[]} */
export const LANDSCAPES = [
	ofSamples("single", ONE_SAMPLE),
	ofSamples("batch", FIVE_SAMPLES),
	ofSamples("stochastic", FIVE_SAMPLES, true),
	ofTwo({
		name: "bowl",
		start: [-4, 3],
		rate: 0.2,
		minima: [[0, 0]],
		curvature: 1,
		loss: ([a, b]) => 0.5 * (a * a + b * b),
		gradient: ([a, b]) => [a, b],
	}),
	ofTwo({
		name: "ravine",
		start: [-4, 1],
		rate: 0.025, // with which each optimizer arrives
		minima: [[0, 0]],
		curvature: RAVINE_STEEPNESS,
		loss: ([a, b]) => 0.5 * (a * a + RAVINE_STEEPNESS * b * b),
		gradient: ([a, b]) => [a, RAVINE_STEEPNESS * b],
	}),
	ofTwo({
		name: "saddle",
		start: [-4, 0.01],
		rate: 0.1,
		minima: [[0, -2], [0, 2]],
		curvature: null,
		loss: ([a, b]) => 0.5 * (a * a - b * b) + b ** 4 / 16,
		gradient: ([a, b]) => [a, -b + b ** 3 / 4],
	}),
	ofTwo({
		name: "minima",
		start: [-4.7, 4.2],
		rate: 0.1,
		minima: [[0, 0]],
		curvature: null,
		loss: ([a, b]) => 0.1 * (a * a + b * b) + 1 - 0.5 * (Math.cos(2 * a) + Math.cos(2 * b)),
		gradient: ([a, b]) => [0.2 * a + Math.sin(2 * a), 0.2 * b + Math.sin(2 * b)],
	}),
];

/** The learning rates above which plain descent jumps over the minimum of a parabola, and goes ever farther away; null: it is none, or not always the same one. @param {Landscape} landscape */
export const limitsOf = ({ curvature, stochastic }) =>
	curvature === null || stochastic ? null : { overshoots: 1 / curvature, diverges: 2 / curvature };
