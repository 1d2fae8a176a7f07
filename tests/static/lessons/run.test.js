import assert from "node:assert/strict";
import test from "node:test";
import { MAX_INTERVAL, MIN_INTERVAL, pollInterval, withFrame } from "../../../static/js/lessons/run.js";

const frame = (/** @type {object} */ change) => /** @type {Frame} */ ({
	epoch: 50,
	batch: 0,
	diverged: false,
	trainLoss: 0.3,
	testLoss: 0.3,
	trainAccuracy: 0.8,
	testAccuracy: 0.8,
	...change,
});
const part = (/** @type {string} */ kind, /** @type {unknown} */ wanted, met = false) => ({
	kind,
	setting: null,
	wanted,
	value: null,
	met,
});
const progress = (/** @type {ReturnType<typeof part>[][]} */ ...checks) => ({
	lesson: "circle",
	step: 1,
	reached: false,
	checks: checks.map((parts) => ({ reached: false, parts })),
	measured: {},
});

test("while a check cannot be reached by what frames show, the server is asked seldom", () => {
	const asked = progress([part("shown_test_loss_at_most", 0.1), part("within_epochs", 100, true)]);
	assert.equal(pollInterval(asked, [], frame({}), true), MAX_INTERVAL);
	assert.equal(pollInterval(asked, [], frame({ testLoss: 0.1 }), true), MIN_INTERVAL);
	assert.equal(pollInterval(asked, [], frame({ testLoss: 0.1, epoch: 100, batch: 1 }), true), MAX_INTERVAL);
	assert.equal(pollInterval(asked, [], frame({}), false), MIN_INTERVAL); // it has stopped: one last question
	assert.equal(pollInterval(null, [], frame({}), true), MIN_INTERVAL); // nothing is known yet
});

test("what is reached is not asked for again, and what frames do not show counts as possible", () => {
	const both = progress([part("epochs_at_least", 10)], [part("zero_weights_at_least", 3), part("accuracy_at_least", 0.9)]);
	assert.equal(pollInterval(both, [], frame({}), true), MIN_INTERVAL);
	assert.equal(pollInterval(both, [0], frame({}), true), MAX_INTERVAL);
	assert.equal(pollInterval(both, [0], frame({ testAccuracy: 0.95 }), true), MIN_INTERVAL);
});

test("a setting that is not chosen, or runs that are not done, keep a check out of reach", () => {
	for (const kind of ["settings", "fresh", "edited", "most_neurons"]) {
		const asked = progress([part("epochs_at_least", 10), part(kind, {})]);
		assert.equal(pollInterval(asked, [], frame({}), true), MAX_INTERVAL, kind);
	}
});

test("the values that frames have are shown, and those that they do not have stay", () => {
	const told = progress([part("accuracy_at_least", 0.75), part("neurons_at_least", 3, true), part("diverged", true)]);
	const [accuracy, neurons, diverged] = withFrame(told, frame({})).checks[0].parts;
	assert.deepEqual([accuracy.value, accuracy.met], [0.8, true]);
	assert.deepEqual([neurons.value, neurons.met], [null, true]);
	assert.deepEqual([diverged.value, diverged.met], [false, false]);
	const [untrained] = withFrame(told, frame({ epoch: 0 })).checks[0].parts;
	assert.deepEqual([untrained.value, untrained.met], [null, false]);
	const [regression] = withFrame(told, frame({ testAccuracy: null })).checks[0].parts;
	assert.equal(regression.met, false);
	assert.deepEqual(withFrame(told, null), told);
});
