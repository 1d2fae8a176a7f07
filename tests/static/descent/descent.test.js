import { test } from "node:test";
import assert from "node:assert/strict";
import { contoursOf } from "../../../static/js/descent/contours.js";
import { LANDSCAPES, limitsOf } from "../../../static/js/descent/landscapes.js";
import { plain, writer } from "../../../static/js/descent/numbers.js";
import { BETA1, BETA2, EPSILON, MEMORY_LIMITS, MOMENTUM, OPTIMIZERS, stepOf } from "../../../static/js/descent/optimizers.js";
import { rangeOf } from "../../../static/js/descent/parabola.js";
import { applyStep, isOver, nextStep, outcomeOf, sampleAt, startDescent } from "../../../static/js/descent/run.js";

/** @param {string} name */
const landscape = (name) => /** @type {Landscape} */ (LANDSCAPES.find((each) => each.name === name));

/** The outcomes of a descent from its start, until it is over. @param {DescentSetup} setup @param {number[]} [from] */
function descend(setup, from = setup.landscape.start, most = 2000) {
	let descent = startDescent(from);
	/** @type {Outcome[]} */
	const outcomes = [];
	while (descent.steps < most && !isOver(outcomes[outcomes.length - 1] ?? "start")) {
		descent = applyStep(descent, nextStep(descent, setup));
		outcomes.push(outcomeOf(descent, setup.landscape));
	}
	return { descent, outcomes, last: outcomes[outcomes.length - 1] };
}

/** @param {number} rate */
const parabola = (rate) => descend({ landscape: landscape("single"), optimizer: "sgd", rate });

test("the first step on the parabola goes from 5 to 4.2, against a slope of 8", () => {
	const setup = /** @type {DescentSetup} */ ({ landscape: landscape("single"), optimizer: "sgd", rate: landscape("single").rate });
	const step = nextStep(startDescent(setup.landscape.start), setup);
	assert.deepEqual([setup.rate, step.before, step.gradient], [0.1, [5], [8]]);
	assert.ok(Math.abs(step.after[0] - 4.2) < 1e-12);
	assert.equal(setup.landscape.loss([5]), 8);
	assert.equal(setup.landscape.loss([3]), 0);
});

test("the parabola overshoots above 0.25 and diverges above 0.5", () => {
	assert.deepEqual(limitsOf(landscape("single")), { overshoots: 0.25, diverges: 0.5 });
	assert.ok(parabola(0.24).outcomes.every((each) => each === "down" || each === "minimum"));
	assert.ok(parabola(0.26).outcomes.slice(0, -1).every((each) => each === "over"));
	assert.equal(parabola(0.26).last, "minimum");
	assert.equal(parabola(0.49).last, "minimum");
	assert.ok(parabola(0.5).outcomes.every((each) => each === "swings"));
	assert.ok(parabola(0.51).outcomes.slice(0, -1).every((each) => each === "worse"));
	assert.equal(parabola(0.51).last, "diverged");
	assert.deepEqual(parabola(0.25).outcomes, ["minimum"]);
});

test("five samples have the same limits and the same minimum, but one at a time never rests", () => {
	const batch = descend({ landscape: landscape("batch"), optimizer: "sgd", rate: 0.1 });
	assert.equal(batch.last, "minimum");
	assert.ok(Math.abs(batch.descent.weights[0] - 3) < 0.001);
	const { overshoots, diverges } = /** @type {{overshoots: number, diverges: number}} */ (limitsOf(landscape("batch")));
	assert.ok(Math.abs(overshoots - 0.25) < 1e-12 && Math.abs(diverges - 0.5) < 1e-12);
	const stochastic = descend({ landscape: landscape("stochastic"), optimizer: "sgd", rate: 0.1 }, [5], 300);
	assert.equal(stochastic.descent.steps, 300);
	assert.ok(stochastic.outcomes.includes("up") && stochastic.outcomes.includes("down"));
	assert.ok(stochastic.descent.path.slice(50).every(([w]) => Math.abs(w - 3) < 0.7));
	assert.equal(limitsOf(landscape("stochastic")), null);
});

test("a stochastic descent takes each sample once a round, in an order of its own", () => {
	const rounds = [0, 1, 2, 3].map((round) => [0, 1, 2, 3, 4].map((step) => sampleAt(5 * round + step, 5)));
	for (const round of rounds) assert.deepEqual([...round].sort(), [0, 1, 2, 3, 4]);
	assert.ok(new Set(rounds.map(String)).size > 1);
});

test("gradients are the derivatives of the losses", () => {
	const tiny = 1e-6;
	for (const { name, loss, gradient, start } of LANDSCAPES) {
		for (const weights of [start, start.map((_, index) => 0.7 - 1.9 * index), start.map((_, index) => -2.3 + index)]) {
			gradient(weights).forEach((slope, index) => {
				const moved = (/** @type {number} */ by) => loss(weights.map((w, each) => (each === index ? w + by : w)));
				assert.ok(Math.abs(slope - (moved(tiny) - moved(-tiny)) / (2 * tiny)) < 1e-5, `${name} ${weights}`);
			});
		}
	}
});

test("minima are the lowest places of the picture", () => {
	for (const { name, loss, minima, range: [low, high], start } of LANDSCAPES) {
		const lowest = Math.min(...minima.map(loss));
		const places = Array.from({ length: 51 }, (_, index) => low + ((high - low) * index) / 50);
		const all = start.length === 1 ? places.map((w) => [w]) : places.flatMap((a) => places.map((b) => [a, b]));
		for (const weights of all) assert.ok(loss(weights) >= lowest - 1e-9, `${name} ${weights}`);
	}
});

test("momentum, Nesterov and Adam take the steps of their formulas", () => {
	/** @type {number[]} */
	let [momentum, nesterov, adam] = [[], [], []];
	let [velocity, m, s] = [0, 0, 0];
	[8, -3, 0.5, 2].forEach((g, index) => {
		const [step, rate] = [index + 1, 0.1];
		velocity = MOMENTUM * velocity + g;
		[m, s] = [BETA1 * m + (1 - BETA1) * g, BETA2 * s + (1 - BETA2) * g * g];
		const changes = [
			rate * velocity,
			rate * (g + MOMENTUM * velocity),
			(rate * (m / (1 - BETA1 ** step))) / (Math.sqrt(s / (1 - BETA2 ** step)) + EPSILON),
		];
		const taken = [
			stepOf("momentum", g, momentum, step, rate),
			stepOf("nesterov", g, nesterov, step, rate),
			stepOf("adam", g, adam, step, rate),
		];
		taken.forEach(({ change }, each) => assert.ok(Math.abs(change - changes[each]) < 1e-12));
		[momentum, nesterov, adam] = taken.map(({ memory }) => memory);
		assert.deepEqual(adam.slice(0, 2), [m, s]);
		assert.equal(stepOf("sgd", g, [], step, rate).change, rate * g);
	});
	const first = stepOf("adam", 123, [], 1, 0.1).change;
	assert.ok(Math.abs(first - 0.1) < 1e-9, "the first step of Adam is the learning rate");
});

test("plain descent goes straight down the bowl, and swings across the ravine, where momentum and Adam are sooner", () => {
	const { descent } = descend({ landscape: landscape("bowl"), optimizer: "sgd", rate: 0.2 });
	for (const [a, b] of descent.path) assert.ok(Math.abs(3 * a + 4 * b) < 1e-9);
	const ravine = landscape("ravine");
	const plainly = descend({ landscape: ravine, optimizer: "sgd", rate: ravine.rate });
	assert.equal(plainly.outcomes[0], "over");
	const [momentum, adam] = [
		descend({ landscape: ravine, optimizer: "momentum", rate: ravine.rate }),
		descend({ landscape: ravine, optimizer: "adam", rate: 0.1 }),
	];
	assert.deepEqual([plainly.last, momentum.last, adam.last], ["minimum", "minimum", "minimum"]);
	assert.ok(momentum.descent.steps < plainly.descent.steps && adam.descent.steps < plainly.descent.steps);
	assert.equal(descend({ landscape: ravine, optimizer: "sgd", rate: 0.041 }).last, "diverged");
});

test("an optimizer with a velocity arrives below its limit and diverges above it; each one arrives at the ravine's own rate", () => {
	const ravine = landscape("ravine");
	const { diverges } = /** @type {{diverges: number}} */ (limitsOf(ravine));
	for (const [optimizer, times] of Object.entries(MEMORY_LIMITS)) {
		assert.equal(descend({ landscape: ravine, optimizer, rate: 0.97 * times * diverges }).last, "minimum", optimizer);
		assert.equal(descend({ landscape: ravine, optimizer, rate: 1.03 * times * diverges }).last, "diverged", optimizer);
	}
	for (const optimizer of OPTIMIZERS) {
		assert.equal(descend({ landscape: ravine, optimizer, rate: ravine.rate }, [-4, 1], 20_000).last, "minimum", optimizer);
	}
});

test("a descent that starts on the ridge of the saddle stays on it, one beside it gets away", () => {
	const saddle = landscape("saddle");
	for (const optimizer of OPTIMIZERS) {
		assert.equal(descend({ landscape: saddle, optimizer, rate: saddle.rate }, [-4, 0]).last, "saddle", optimizer);
		assert.equal(descend({ landscape: saddle, optimizer, rate: saddle.rate }).last, "minimum", optimizer);
	}
});

test("among many minima plain descent and Adam end in one that is not the lowest, momentum rolls on to that", () => {
	const minima = landscape("minima");
	const ends = ["sgd", "adam", "momentum"].map((name) =>
		descend({ landscape: minima, optimizer: /** @type {OptimizerName} */ (name), rate: minima.rate }).last
	);
	assert.deepEqual(ends, ["local", "local", "minimum"]);
});

test("the picture of the parabola makes room for a descent that goes away", () => {
	const single = landscape("single");
	assert.deepEqual(rangeOf(single, [[5], [4]]), [-1, 7]);
	const [low, high] = rangeOf(single, [[5], [103]]);
	assert.ok(low < -97 && high > 103);
});

test("lines of equal loss lie where the loss is that of their level", () => {
	const bowl = landscape("bowl");
	const [low, high] = bowl.range;
	const weight = (/** @type {number} */ share) => low + share * (high - low);
	const lines = contoursOf(bowl);
	assert.ok(lines.length > 8 && lines.every(({ pieces }) => pieces.length > 0));
	for (const { level, pieces } of lines) {
		for (const [x, y] of pieces.flat()) assert.ok(Math.abs(bowl.loss([weight(x), weight(y)]) - level) < 0.02);
	}
	assert.deepEqual(lines.map(({ level }) => level), lines.map(({ level }) => level).sort((a, b) => a - b));
});

test("numbers have four digits, and in formulas a power of ten in place of many zeros", () => {
	const i18n = /** @type {any} */ ({
		number: (/** @type {number} */ value, /** @type {Intl.NumberFormatOptions} */ options) =>
			new Intl.NumberFormat("en", options).format(value),
	});
	assert.equal(plain(3.14159, i18n), "3.142");
	assert.equal(plain(3.388e-21, i18n), "3.388×10⁻²¹");
	assert.deepEqual([0, 4.2, -0.0012345, 1e-9, -123456].map(writer(i18n)), ["0", "4.2", "-0.001235", "1e-9", "-1.235e5"]);
});

test("the ravine takes as many steps as the lesson about momentum and Adam says", () => {
	const ravine = landscape("ravine");
	/** @param {OptimizerName} optimizer @param {number} rate */
	const descent = (optimizer, rate) => descend({ landscape: ravine, optimizer, rate });
	for (
		const [optimizer, rate, about]
			of /** @type {[OptimizerName, number, number][]} */ ([["sgd", 0.025, 300], ["momentum", 0.025, 190], ["adam", 0.2, 170]])
	) {
		const { descent: { steps }, last } = descent(optimizer, rate);
		assert.equal(last, "minimum", optimizer);
		assert.ok(Math.abs(steps - about) <= 5, `${optimizer}: ${steps} steps`);
	}
	assert.equal(descent("sgd", 0.045).last, "diverged");
	assert.deepEqual([descent("sgd", 0.2).last, descent("momentum", 0.2).last], ["diverged", "diverged"]);
});
