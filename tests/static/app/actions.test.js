import assert from "node:assert/strict";
import test from "node:test";
import { createActions } from "../../../static/js/app/actions.js";
import { createStore } from "../../../static/js/state/store.js";
import { FEATURE_KEYS } from "../../../static/js/link/url.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();

/** Intents over a state that answers nothing. */
function createPlayground(config = {}, rest = {}) {
	const defaults = Object.fromEntries(Object.entries(catalogue.fields).map(([name, field]) => [name, /** @type {any} */ (field).default]));
	const store = createStore({
		server: { config: { ...defaults, ...config }, playing: false, speed: 60, ...rest },
		display: { showTest: false },
		otherDatasets: {},
		showsPlayHint: true,
		watched: null,
		hidden: new Set(),
		changes: { undo: null, redo: null },
	});
	const sent = [];
	const said = [];
	let refusals = 0;
	let gestures = 0;
	const refuse = () => (refusals += 1);
	const gesture = () => (gestures += 1);
	const actions = createActions({ store, send: (each) => sent.push(each), catalogue, notify: (_, key) => said.push(key), refuse, gesture });
	return { store, sent, said, actions, refused: () => refusals };
}

test("play and pause follow what the server does", () => {
	const { actions, sent } = createPlayground();
	actions.play();
	assert.equal(sent[0].type, "play");
	const other = createPlayground({}, { playing: true });
	other.actions.play();
	assert.equal(other.sent[0].type, "pause");
});

test("what is pressed before the training is known is done, in order, once it is", () => {
	const { store, actions, sent } = createPlayground();
	const { server } = store.get();
	store.set({ server: null });
	for (const name of ["play", "reset", "stepEpoch", "addLayer"]) actions[name]();
	assert.deepEqual(sent, []);
	store.set({ server });
	assert.deepEqual(sent.map(({ type }) => type), ["play", "reset", "step", "configure"]);
	store.set({ server: { ...server } });
	assert.equal(sent.length, 4);
	store.set({ server: null });
	actions.play();
	actions.forget(); // another link is opened
	store.set({ server });
	assert.equal(sent.length, 4);
});

test("inputs are switched in the catalogue's order, and the last one stays", () => {
	const { actions, sent } = createPlayground({ features: ["x1", "sin_x2"] });
	actions.toggleFeature("x2");
	actions.toggleFeature("x1");
	assert.deepEqual(sent.map(({ changes }) => changes.features), [["x1", "x2", "sin_x2"], ["x2", "sin_x2"]]);
	const hidden = createPlayground();
	hidden.store.set({ hidden: new Set(["y"]) });
	hidden.actions.toggleFeature("x2");
	assert.deepEqual(hidden.sent, [], "a shared link keeps it as it is");
	const last = createPlayground({ features: ["x2"] });
	last.actions.toggleFeature("x2");
	assert.deepEqual(last.sent, []);
	assert.deepEqual(last.said, ["message.lastInput"]);
});

test("layers come and go within what is offered", () => {
	const { actions, sent } = createPlayground({ hidden_layers: [4, 2] });
	actions.addLayer();
	actions.removeLayer();
	actions.changeNeurons(0, 1);
	actions.changeNeurons(0, 1);
	assert.deepEqual(sent.map(({ changes }) => changes.hidden_layers), [[4, 2, 2], [4, 2], [5, 2], [6, 2]]);
	const full = createPlayground({ hidden_layers: Array(12).fill(1) });
	full.actions.addLayer();
	const empty = createPlayground({ hidden_layers: [] });
	empty.actions.removeLayer();
	assert.deepEqual([...full.sent, ...empty.sent], []);
});

test("play ends at the epoch that was set, also if it is set meanwhile", () => {
	const { actions, sent } = createPlayground();
	actions.stopAt(100);
	assert.deepEqual(sent, []);
	actions.play();
	assert.deepEqual(sent, [{ type: "play", until_epoch: 100 }]);
	actions.stopAt(50);
	assert.deepEqual(sent[1], { type: "play", until_epoch: 50 });
	actions.stopAt(null);
	assert.deepEqual(sent[2], { type: "play" });
});

test("the speed goes up and down one step at a time, up to all there is", () => {
	for (
		const [speed, faster, slower] of [
			[60, 250, 25],
			[null, undefined, 1000],
			[2, 5, undefined],
			[250, 1000, 60],
			[7, 10, 5],
			[30, 60, 25],
			[5000, null, 1000],
			[1, 2, undefined],
		]
	) {
		const { actions, sent } = createPlayground({}, { speed });
		actions.faster();
		assert.equal(sent[0]?.epochs_per_second, faster, String(speed));
		const other = createPlayground({}, { speed });
		other.actions.slower();
		assert.equal(other.sent[0]?.epochs_per_second, slower, String(speed));
	}
});

test("each problem type keeps its dataset", () => {
	const { actions, store, sent } = createPlayground({ dataset: "xor" });
	store.set({ otherDatasets: { regression: "multi-gaussian" } });
	actions.configure({ problem: "regression" });
	assert.deepEqual(sent[0].changes, { problem: "regression", dataset: "multi-gaussian" });
	assert.deepEqual(store.get().otherDatasets, { regression: "multi-gaussian", classification: "xor" });
});

test("a display choice asks the server for nothing", () => {
	const { actions, store, sent } = createPlayground();
	actions.showTest();
	assert.equal(store.get().display.showTest, true);
	assert.deepEqual(sent, []);
});

test("every input of the catalogue has a name in links", () => {
	assert.deepEqual(Object.keys(FEATURE_KEYS), catalogue.features);
});

test("drawn points show at once, are sent together, and count as sent when the server has them", async (context) => {
	context.mock.timers.enable({ apis: ["setTimeout"] });
	const { actions, store, sent } = createPlayground({ dataset: "own", points: [[0, 0, 1], [1, 1, -1]] });
	const drawn = [[0, 0, 1], [1, 1, -1], [2, 2, 1]];
	actions.draw(drawn.slice(0, 2));
	const drawing = actions.draw(drawn);
	assert.equal(store.get().drawn, drawn);
	assert.deepEqual(sent, []);
	await drawing;
	context.mock.timers.tick(1000);
	assert.deepEqual(sent.map(({ changes }) => changes), [{ points: drawn }]);
	const { server } = store.get();
	store.set({ server: { ...server, config: { ...server.config } } });
	assert.equal(store.get().drawn, drawn, "the server has the old ones still");
	store.set({ server: { ...server, config: { ...server.config, points: drawn } } });
	assert.equal(store.get().drawn, null);
});

test("fewer points than can be trained with are not sent", async (context) => {
	context.mock.timers.enable({ apis: ["setTimeout"] });
	const { actions, store, sent } = createPlayground({ dataset: "own", points: [[0, 0, 1], [1, 1, -1]] });
	await actions.draw([[0, 0, 1]]);
	context.mock.timers.tick(1000);
	assert.deepEqual(sent, []);
	assert.equal(store.get().drawn.length, 1);
	const { server } = store.get();
	store.set({ server: { ...server, config: { ...server.config, dataset: "circle" } } });
	assert.equal(store.get().drawn, null, "another dataset");
});

test("a refusal shows what the server says again, and what was asked for is forgotten", () => {
	const { actions, store } = createPlayground({ noise: 0 });
	const shown = [];
	store.subscribe(({ server }) => shown.push([server.config.noise, actions.present().noise]));
	actions.configure({ noise: 5 });
	assert.equal(actions.present().noise, 5);
	actions.forget();
	assert.deepEqual(shown.at(-1), [0, 0]);
});

test("own points come with a few to begin with", () => {
	const { actions, sent } = createPlayground({ dataset: "circle", points: [] });
	actions.configure({ dataset: "own" });
	assert.ok(sent[0].changes.points.length > 2);
});

test("nothing trains on points that were erased", async (context) => {
	context.mock.timers.enable({ apis: ["setTimeout"] });
	const points = [[0, 0, 1], [1, 1, -1]];
	const { actions, sent, said } = createPlayground({ dataset: "own", points }, { playing: true });
	await actions.draw([]);
	context.mock.timers.tick(1000);
	assert.deepEqual(sent.map(({ type }) => type), ["pause"]);
	actions.play();
	actions.stepEpoch();
	actions.stepBatch();
	assert.deepEqual(said, Array(3).fill("customPoints.least"));
	await actions.draw([[2, 2, 1], [1, 1, -1]]);
	context.mock.timers.tick(1000);
	assert.deepEqual(sent.map(({ type }) => type), ["pause", "configure", "play"]);
	assert.deepEqual(sent[1].changes, { points: [[2, 2, 1], [1, 1, -1]] });
});

test("a training that was paused stays paused when points come back", async (context) => {
	context.mock.timers.enable({ apis: ["setTimeout"] });
	const points = [[0, 0, 1], [1, 1, -1]];
	const { actions, sent } = createPlayground({ dataset: "own", points });
	await actions.draw([]);
	context.mock.timers.tick(1000);
	await actions.draw(points);
	context.mock.timers.tick(1000);
	assert.deepEqual(sent.map(({ type }) => type), ["configure"]);
});

test("a change that the server made is undone and made again by the same messages as by hand", () => {
	const { actions, sent, store } = createPlayground({ noise: 0 });
	const answer = () => {
		const { server } = store.get();
		store.set({ server: { ...server, config: { ...server.config, ...sent.at(-1).changes } } });
	};
	actions.undo();
	assert.deepEqual(sent, [], "nothing was changed");
	actions.configure({ noise: 20 });
	answer();
	assert.equal(store.get().changes.undo?.subject, "noise");
	actions.undo();
	assert.deepEqual(sent.at(-1).changes, { noise: 0 });
	answer();
	assert.deepEqual(store.get().changes.undo, null);
	actions.redo();
	assert.deepEqual(sent.at(-1).changes, { noise: 20 });
});

test("quick presses are undone one by one, also when the server answers all of them at once", () => {
	const { actions, sent, store } = createPlayground({ hidden_layers: [1] });
	const answer = () => {
		const { server } = store.get();
		store.set({ server: { ...server, config: { ...server.config, ...sent.at(-1).changes } } });
	};
	for (let press = 0; press < 7; press++) actions.changeNeurons(0, 1);
	answer();
	for (let neurons = 7; neurons >= 1; neurons--) {
		actions.undo();
		assert.deepEqual(sent.at(-1).changes, { hidden_layers: [neurons] });
		answer();
	}
	assert.equal(store.get().changes.undo, null);
});

test("undo waits for the server's answer to the changes before it", () => {
	const { actions, sent, store } = createPlayground({ hidden_layers: [1] });
	const become = (changes) => {
		const { server } = store.get();
		store.set({ server: { ...server, config: { ...server.config, ...changes } } });
	};
	actions.changeNeurons(0, 1);
	actions.changeNeurons(0, 1);
	actions.undo();
	become({ hidden_layers: [2] });
	assert.equal(sent.length, 2, "the second change is still on its way");
	become({ hidden_layers: [3] });
	assert.deepEqual(sent.at(-1).changes, { hidden_layers: [2] });
	become({ hidden_layers: [2] });
	actions.undo();
	assert.deepEqual(sent.at(-1).changes, { hidden_layers: [1] });
});

test("an edited weight and an edited bias go back to what the network had", () => {
	const layout = [{ weights: 0, biases: 4, inputs: 2, neurons: 2 }];
	const { actions, sent, store } = createPlayground({}, { layout });
	store.set({ parameters: [0, 1, 2, 3, 4, 5] });
	actions.editWeight({ layer: 1, source: 1, neuron: 0, value: 9 });
	actions.editBias({ layer: 1, neuron: 1, value: 7 });
	actions.undo();
	assert.deepEqual([sent.at(-1).type, sent.at(-1).value], ["edit_bias", 5]);
	actions.undo();
	assert.deepEqual([sent.at(-1).type, sent.at(-1).value], ["edit_weight", 2]);
	actions.redo();
	assert.deepEqual([sent.at(-1).type, sent.at(-1).value], ["edit_weight", 9]);
	actions.reset();
	actions.redo();
	assert.equal(sent.at(-1).type, "reset", "the edited weights are gone");
});

test("nothing is asked for while the training may only be watched, but what is looked at", () => {
	const layout = [{ weights: 0, biases: 2, inputs: 2, neurons: 1 }];
	const { actions, store, sent, refused } = createPlayground({}, { layout });
	store.set({ isWatchOnly: true, parameters: [0, 1, 2] });
	for (const act of ["play", "stepEpoch", "stepBatch", "reset", "newWeights", "regenerate", "faster", "addLayer"]) actions[act]();
	actions.configure({ noise: 5 });
	actions.toggleFeature("sin_x1");
	actions.editBias({ layer: 1, neuron: 0, value: 1 });
	actions.draw([[0, 0, 1]]);
	assert.deepEqual(sent, []);
	assert.equal(refused(), 12);
	assert.equal(store.get().drawn, undefined);
	assert.equal(actions.present().noise, 0, "no change is counted on");
	assert.equal(store.get().changes.undo, null, "nothing was changed that could be undone");
	actions.watch({ layer: 1, neuron: 0 });
	actions.probe({ x1: 0, x2: 0 });
	assert.deepEqual(sent.map(({ type }) => type), ["watch", "probe"]);
});

test("another training in the place of this one has nothing to undo", () => {
	const { actions, store } = createPlayground({ noise: 0 });
	actions.configure({ noise: 5 });
	const { server } = store.get();
	store.set({ server: { ...server, config: { ...server.config, noise: 5 } } });
	assert.notEqual(store.get().changes.undo, null);
	actions.replaceTraining();
	assert.deepEqual(store.get().changes, { undo: null, redo: null });
});
