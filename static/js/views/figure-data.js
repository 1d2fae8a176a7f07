// Computes what the article's figures show: gradient descent, noise, penalties. No drawing.

/** Random numbers between 0 and 1, the same for the same seed. @param {number} seed */
export function uniform(seed) {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return (state + 0.5) / 2 ** 32;
	};
}

/** Normally distributed random numbers. @param {number} seed */
export function normal(seed) {
	const next = uniform(seed);
	return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

/**
 * The places of gradient descent on the loss w².
 * @param {number} start @param {number} rate @param {number} steps @returns {number[]} the start and the place after each step
 */
export function descend(start, rate, steps) {
	const places = [start];
	for (let step = 0; step < steps; step += 1) places.push(places[step] * (1 - 2 * rate));
	return places;
}

const POINT_COUNT = 20; // to which the line is fitted

/**
 * The weight and the bias of y = wx + b after each update of gradient descent on 20 noisy points.
 * @param {number} batchSize points an update @param {number} epochs @returns {number[][]}
 */
export function fitLine(batchSize, epochs, rate = 0.25) {
	const random = normal(5);
	const points = Array.from({ length: POINT_COUNT }, () => {
		const x = random();
		return [x, 1.1 * x + 0.9 + 0.7 * random()];
	});
	let [weight, bias] = [-1.2, -1.1];
	const path = [[weight, bias]];
	for (let first = 0; first < POINT_COUNT * epochs; first += batchSize) {
		let [byWeight, byBias] = [0, 0];
		for (let index = first; index < first + batchSize; index += 1) {
			const [x, y] = points[index % POINT_COUNT];
			const error = weight * x + bias - y;
			byWeight += (error * x) / batchSize;
			byBias += error / batchSize;
		}
		weight -= rate * byWeight;
		bias -= rate * byBias;
		path.push([weight, bias]);
	}
	return path;
}

/** Two Gaussian clouds as the dataset has them: x, y and class of each point. @param {number} noise 0 to 0.5 @returns {number[][]} */
export function clouds(noise) {
	const random = normal(3);
	const spread = Math.sqrt(0.5 + 7 * noise);
	return Array.from({ length: 60 }, (_, index) => {
		const target = index % 2 ? 1 : -1;
		return [2 * target + spread * random(), 2 * target + spread * random(), target];
	});
}

/** Weights without a penalty, shrunk by L2, and with the smallest set to zero by L1. @returns {number[][]} */
export function penalized() {
	const weights = [1, -0.8, 0.62, -0.45, 0.33, 0.24, -0.16, 0.1];
	return [weights, weights.map((each) => each * 0.55), weights.map((each) => Math.sign(each) * Math.max(0, Math.abs(each) - 0.28))];
}
