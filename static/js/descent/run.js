// The steps of a descent and their outcomes. Pure functions.
import { slopeOf } from "./landscapes.js";
import { stepOf } from "./optimizers.js";

const MAX_WEIGHT = 1e6; // a larger one has diverged
const FLAT_SLOPE = 2e-3; // below, the descent has arrived, if its memory does not carry it on
const LOSS_TOLERANCE = 1e-9; // losses that differ by less, in units of the loss, are the same
const MINIMUM_RADIUS = 0.1; // weights as near as this are at the minimum

/** Return a descent before its first step. @param {number[]} weights @returns {Descent} */
export const startDescent = (weights) => ({ weights, memory: weights.map(() => []), steps: 0, path: [weights] });

/** Return a generator of random numbers in [0, 1), the same for the same seed. @param {number} seed */
function randomGenerator(seed) {
	let state = (seed + 1) * 2654435769;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

/** Return the index of the sample of a stochastic step: each epoch uses all samples once, in a new random order. @param {number} step from 0 @param {number} count of the samples */
export function sampleAt(step, count) {
	const random = randomGenerator(Math.floor(step / count));
	const order = Array.from({ length: count }, (_, index) => index);
	for (let last = count - 1; last > 0; last -= 1) {
		const other = Math.floor(random() * (last + 1));
		[order[last], order[other]] = [order[other], order[last]];
	}
	return order[step % count];
}

/** Return the next step of a descent. @param {Descent} descent @param {DescentSetup} setup @returns {Step} */
export function nextStep({ weights, memory, steps }, { landscape, optimizer, rate }) {
	const { samples, stochastic } = landscape;
	const sample = stochastic ? sampleAt(steps, samples.length) : null;
	const gradient = sample === null ? landscape.gradient(weights) : [slopeOf(samples[sample], weights[0])];
	const parts = gradient.map((slope, index) => stepOf(optimizer, slope, memory[index], steps + 1, rate));
	return {
		number: steps + 1,
		sample,
		gradient,
		before: weights,
		memoryBefore: memory,
		memory: parts.map((each) => each.memory),
		after: weights.map((w, index) => w - parts[index].change),
	};
}

/** Return a descent after a step. @param {Descent} descent @param {Step} step @returns {Descent} */
export const applyStep = ({ steps, path }, { after, memory }) => ({ weights: after, memory, steps: steps + 1, path: [...path, after] });

/** Whether weights are not finite, or far beyond the picture. @param {number[]} weights */
const isDiverged = (weights) => weights.some((w) => !(Math.abs(w) <= MAX_WEIGHT));

/** Return where a descent has come to rest: the minimum, a local one, or a saddle. @param {Landscape} landscape @param {number[]} weights @returns {Outcome} */
function restingPlace({ loss, minima }, weights) {
	if (minima.some((minimum) => minimum.every((w, index) => Math.abs(w - weights[index]) < MINIMUM_RADIUS))) return "minimum";
	const here = loss(weights);
	const isLower = weights.some((_, index) =>
		[-MINIMUM_RADIUS, MINIMUM_RADIUS].some((shift) => loss(weights.map((w, each) => (each === index ? w + shift : w))) < here)
	);
	return isLower ? "saddle" : "local";
}

/** Return the outcome of a descent's last step. @param {Descent} descent @param {Landscape} landscape @returns {Outcome} */
export function outcomeOf({ weights, path, memory }, landscape) {
	if (isDiverged(weights)) return "diverged";
	const gradient = landscape.gradient(weights);
	const before = path[path.length - 2];
	const moves = memory.some(([velocity = 0]) => Math.abs(velocity) > FLAT_SLOPE);
	if (!landscape.stochastic && Math.hypot(...gradient) < FLAT_SLOPE && !moves) return restingPlace(landscape, weights);
	if (!before) return "start";
	const [earlier, later] = [landscape.loss(before), landscape.loss(weights)];
	const crossed = landscape.gradient(before).some((slope, index) => slope * gradient[index] < 0);
	if (Math.abs(later - earlier) <= LOSS_TOLERANCE * Math.max(earlier, 1)) return crossed ? "swings" : "down";
	if (later > earlier) return crossed ? "worse" : "up";
	return crossed ? "over" : "down";
}

/** Whether a descent is over. @param {Outcome} outcome */
export const isOver = (outcome) => ["diverged", "minimum", "local", "saddle"].includes(outcome);
