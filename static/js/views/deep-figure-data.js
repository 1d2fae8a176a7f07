// Computes what the figures of deep networks and of images show. No drawing.
import { normal, uniform } from "./figure-data.js";

const [LAYERS, WIDTH, POINTS] = [6, 8, 40];
const sigmoid = (/** @type {number} */ z) => 1 / (1 + Math.exp(-z));

/** @typedef {number[][]} Matrix @typedef {"plain" | "batch_norm" | "residual"} Kind */

/** Points of the circle data: inside radius 2.5 they are 1, from 3.5 on -1. @param {() => number} random */
function circle(random) {
	return Array.from({ length: POINTS }, (_, index) => {
		const [x, y] = [random(), random()];
		const radius = (index % 2 ? 4.2 : 1.5) / Math.hypot(x, y);
		return { x: [x * radius, y * radius], target: index % 2 ? -1 : 1 };
	});
}

/** The product of a matrix and a vector. @param {Matrix} matrix @param {number[]} vector */
const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, value, index) => sum + value * vector[index], 0));
const transposed = (/** @type {Matrix} */ matrix) => matrix[0].map((_, index) => matrix.map((row) => row[index]));
const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Normalize the sums of a batch, one row a point; `back` returns gradients by the sums for gradients by the result. @param {Matrix} sums */
function normalize(sums) {
	const columns = transposed(sums);
	const deviations = columns.map((column) => Math.sqrt(mean(column.map((z) => (z - mean(column)) ** 2)) + 1e-5));
	const scaled = transposed(columns.map((column, neuron) => column.map((z) => (z - mean(column)) / deviations[neuron])));
	const back = (/** @type {Matrix} */ gradients) =>
		transposed(
			transposed(gradients).map((column, neuron) => {
				const values = scaled.map((row) => row[neuron]);
				const along = mean(column.map((gradient, index) => gradient * values[index]));
				return column.map((gradient, index) => (gradient - mean(column) - values[index] * along) / deviations[neuron]);
			}),
		);
	return { scaled, back };
}

/**
 * Return the mean absolute gradient of each layer's weights before training, for sigmoid layers of eight neurons on the circle data.
 * @param {Kind} kind the remedy for vanishing gradients @returns {number[]} from the first layer on
 */
export function gradientSizes(kind) {
	const points = circle(normal(11));
	const random = uniform(7);
	const weight = () => random() - 0.5; // as the playground's initial weights
	const layer = (/** @type {number} */ inputs) => Array.from({ length: WIDTH }, () => Array.from({ length: inputs }, weight));
	const weights = Array.from({ length: LAYERS }, (_, index) => layer(index === 0 ? 2 : WIDTH));
	const output = Array.from({ length: WIDTH }, weight);
	let values = points.map(({ x }) => x);
	const tape = weights.map((matrix) => {
		const inputs = values;
		const sums = inputs.map((row) => times(matrix, row));
		const { scaled, back } = kind === "batch_norm" ? normalize(sums) : { scaled: sums, back: (/** @type {Matrix} */ same) => same };
		const active = scaled.map((row) => row.map((z) => sigmoid(z + (kind === "batch_norm" ? 0 : 0.1))));
		const shortcut = kind === "residual" && inputs[0].length === WIDTH;
		values = shortcut ? active.map((row, point) => row.map((a, neuron) => a + inputs[point][neuron])) : active;
		return { matrix, inputs, active, back, shortcut };
	});
	let gradients = values.map((row, point) => {
		const out = Math.tanh(times([output], row)[0]);
		return output.map((each) => (each * (out - points[point].target) * (1 - out * out)) / POINTS);
	});
	const sizes = tape.reverse().map(({ matrix, inputs, active, back, shortcut }) => {
		const passed = gradients;
		const deltas = back(passed.map((row, point) => row.map((g, neuron) => g * active[point][neuron] * (1 - active[point][neuron]))));
		const across = transposed(matrix);
		gradients = deltas.map((row, point) => times(across, row).map((g, input) => g + (shortcut ? passed[point][input] : 0)));
		const columns = transposed(inputs);
		return mean(transposed(deltas).flatMap((delta) => columns.map((column) => Math.abs(times([column], delta)[0]))));
	});
	return sizes.reverse();
}

/** A seven of 8 by 8 pixels, each from 0 (paper) to 1 (ink). @type {Matrix} */
export const SEVEN = ["00999990", "09999999", "00000299", "00000890", "00007920", "00029500", "00089000", "00097000"]
	.map((row) => [...row].map((ink) => Number(ink) / 9));

/** A filter for the lower edge of a horizontal stroke. @type {Matrix} */
export const FILTER = [[0.5, 0.7, 0.5], [0.2, 0.3, 0.2], [-0.7, -0.9, -0.7]];

/** Return the feature map of an image: a convolution with zero padding, and ReLU. @param {Matrix} image @param {Matrix} filter */
export function featureMap(image, filter) {
	const at = (/** @type {number} */ row, /** @type {number} */ column) => image[row]?.[column] ?? 0;
	return image.map((line, row) =>
		line.map((_, column) => {
			const parts = filter.flatMap((weights, down) => weights.map((weight, right) => weight * at(row + down - 1, column + right - 1)));
			return Math.max(0, parts.reduce((sum, part) => sum + part, 0));
		})
	);
}

/** Return the largest value of each window of two by two. @param {Matrix} map */
export function maxPool(map) {
	const half = Array.from({ length: map.length / 2 }, (_, index) => 2 * index);
	return half.map((row) => half.map((column) => Math.max(...[row, row + 1].flatMap((each) => map[each].slice(column, column + 2)))));
}
