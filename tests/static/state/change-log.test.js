import assert from "node:assert/strict";
import test from "node:test";
import { createChangeLog } from "../../../static/js/state/change-log.js";
import { createRandom } from "../support/random.js";

/** A log, and a server that makes each change at once. */
function createLab(settings = { noise: 0, learning_rate: 0.03, hidden_layers: [4, 2], loss: "squared", problem: "classification" }) {
	let gesture = 0;
	const log = createChangeLog(() => gesture);
	const lab = {
		log,
		settings,
		/** The server's settings become others, whoever asked for it. */
		become(changes) {
			const before = lab.settings;
			lab.settings = { ...before, ...changes };
			log.receive(before, lab.settings);
		},
		/** A person changes settings; the server may change others with them. */
		change(changes, derived = {}, { held = false } = {}) {
			if (!held) gesture += 1;
			log.expect(changes);
			lab.become({ ...changes, ...derived });
		},
		press: () => (gesture += 1),
		undo: () => lab.take(log.undo(lab.settings)?.before),
		redo: () => lab.take(log.redo(lab.settings)?.after),
		take(changes) {
			if (changes) lab.become(changes);
			return changes ?? null;
		},
	};
	return lab;
}

test("changes are undone one by one, and made again", () => {
	const lab = createLab();
	const first = lab.settings;
	lab.change({ noise: 10 });
	lab.change({ hidden_layers: [4, 2, 2] });
	const last = lab.settings;
	assert.deepEqual(lab.undo(), { hidden_layers: [4, 2] });
	assert.deepEqual(lab.undo(), { noise: 0 });
	assert.deepEqual(lab.settings, first);
	assert.equal(lab.undo(), null);
	assert.deepEqual(lab.redo(), { noise: 10 });
	assert.deepEqual(lab.redo(), { hidden_layers: [4, 2, 2] });
	assert.deepEqual(lab.settings, last);
	assert.equal(lab.redo(), null);
});

test("what the server changes with a setting goes back with it", () => {
	const lab = createLab();
	lab.change({ problem: "regression" }, { loss: "huber" });
	assert.deepEqual(lab.undo(), { problem: "classification", loss: "squared" });
});

test("a new change ends what could be redone", () => {
	const lab = createLab();
	lab.change({ noise: 10 });
	lab.undo();
	lab.change({ noise: 20 });
	assert.equal(lab.redo(), null);
});

test("what one gesture passes is one change, as a stroke or a held key; the next gesture begins another", () => {
	const lab = createLab();
	lab.change({ noise: 5 });
	for (const noise of [10, 15]) lab.change({ noise }, {}, { held: true });
	lab.change({ noise: 20 });
	assert.deepEqual(lab.undo(), { noise: 15 });
	assert.deepEqual(lab.undo(), { noise: 0 });
	assert.equal(lab.undo(), null);
});

test("an answer to several requests is as many changes, if the server changed nothing else with them", () => {
	const lab = createLab();
	for (const noise of [5, 10]) {
		lab.press();
		lab.log.expect({ noise });
	}
	lab.become({ noise: 10 });
	lab.become({ noise: 20 }); // by a program
	lab.become({ noise: 10 });
	assert.deepEqual(lab.undo(), { noise: 5 });
	assert.deepEqual(lab.undo(), { noise: 0 });
	for (const problem of ["regression", "multiclass"]) lab.log.expect({ problem });
	lab.become({ problem: "multiclass", loss: "huber" });
	assert.deepEqual(lab.undo(), { problem: "classification", loss: "squared" });
});

test("a request that waits stays known while somebody else changes the setting", () => {
	const lab = createLab();
	lab.log.expect({ noise: 5 });
	lab.become({ noise: 30 });
	lab.become({ noise: 5 });
	assert.deepEqual(lab.undo(), { noise: 30 });
});

test("what others change is neither recorded nor taken back", () => {
	const lab = createLab();
	lab.become({ noise: 30 });
	assert.equal(lab.undo(), null);
	lab.change({ noise: 10 });
	lab.change({ learning_rate: 1 });
	lab.become({ learning_rate: 3 });
	assert.deepEqual(lab.undo(), { noise: 30 }, "the learning rate is somebody else's");
});

test("what was refused is not waited for", () => {
	const lab = createLab();
	lab.log.expect({ noise: 10 });
	lab.log.dropPending();
	lab.become({ noise: 10 });
	assert.equal(lab.undo(), null);
});

test("a value that only the server knows is recorded as it comes", () => {
	const lab = createLab({ data_seed: 1 });
	lab.log.expect({ data_seed: undefined });
	lab.become({ data_seed: 77 });
	assert.deepEqual(lab.undo(), { data_seed: 1 });
});

test("an edited weight goes back, as long as the network has the same weights", () => {
	const lab = createLab();
	const weight = { layer: 1, neuron: 0, source: 1 };
	lab.log.addEdit(weight, 0.5, 2);
	lab.change({ learning_rate: 0.1 });
	lab.undo();
	assert.deepEqual(lab.log.undo(lab.settings), { edit: weight, subject: JSON.stringify(weight), before: { value: 0.5 } });
	assert.deepEqual(lab.log.redo(lab.settings)?.after, { value: 2 });
	lab.change({ hidden_layers: [4] });
	lab.undo();
	assert.equal(lab.undo(), null, "another network was drawn since");
});

test("whatever is changed, undoing it all and doing it all again leads there and back", () => {
	const { next } = createRandom(5);
	for (let round = 0; round < 50; round++) {
		const lab = createLab();
		const states = [lab.settings];
		for (let step = 0; step < 12; step++) {
			const [name, value] = [["noise", Math.floor(next() * 9)], ["learning_rate", Math.floor(next() * 4)], ["hidden_layers", [
				Math.floor(next() * 3),
			]]][Math.floor(next() * 3)];
			if (JSON.stringify(lab.settings[name]) === JSON.stringify(value)) continue;
			lab.change({ [name]: value });
			states.push(lab.settings);
		}
		for (const state of states.slice(0, -1).reverse()) {
			lab.undo();
			assert.deepEqual(lab.settings, state);
		}
		for (const state of states.slice(1)) {
			lab.redo();
			assert.deepEqual(lab.settings, state);
		}
	}
});
