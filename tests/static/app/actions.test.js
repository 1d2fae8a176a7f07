import assert from "node:assert/strict";
import test from "node:test";
import { createIntents } from "../../../static/js/app/actions.js";
import { createStore } from "../../../static/js/state/store.js";
import { FEATURE_KEYS } from "../../../static/js/link/url.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();

/** Intents over a state that answers nothing. */
function createBench(config = {}, rest = {}) {
  const defaults = Object.fromEntries(Object.entries(catalogue.fields).map(([name, field]) => [name, /** @type {any} */ (field).default]));
  const store = createStore({
    server: { config: { ...defaults, ...config }, playing: false, speed: 60, ...rest },
    display: { showTest: false },
    otherDatasets: {},
    hinting: true,
    watched: null,
    hidden: new Set(),
  });
  const sent = [];
  const said = [];
  const intents = createIntents({ store, send: (each) => sent.push(each), catalogue, say: (_, key) => said.push(key) });
  return { store, sent, said, intents };
}

test("play and pause follow what the server does", () => {
  const { intents, sent } = createBench();
  intents.play();
  assert.equal(sent[0].type, "play");
  const other = createBench({}, { playing: true });
  other.intents.play();
  assert.equal(other.sent[0].type, "pause");
});

test("inputs are switched in the catalogue's order, and the last one stays", () => {
  const { intents, sent } = createBench({ features: ["x1", "sin_x2"] });
  intents.toggleFeature("x2");
  intents.toggleFeature("x1");
  assert.deepEqual(sent.map(({ changes }) => changes.features), [["x1", "x2", "sin_x2"], ["x2", "sin_x2"]]);
  const hidden = createBench();
  hidden.store.set({ hidden: new Set(["y"]) });
  hidden.intents.toggleFeature("x2");
  assert.deepEqual(hidden.sent, [], "a shared link keeps it as it is");
  const last = createBench({ features: ["x2"] });
  last.intents.toggleFeature("x2");
  assert.deepEqual(last.sent, []);
  assert.deepEqual(last.said, ["message.lastInput"]);
});

test("layers come and go within what is offered", () => {
  const { intents, sent } = createBench({ hidden_layers: [4, 2] });
  intents.addLayer();
  intents.removeLayer();
  intents.setNeurons(0, 5);
  assert.deepEqual(sent.map(({ changes }) => changes.hidden_layers), [[4, 2, 2], [4, 2], [5, 2]]);
  const full = createBench({ hidden_layers: [1, 1, 1, 1, 1, 1] });
  full.intents.addLayer();
  const empty = createBench({ hidden_layers: [] });
  empty.intents.removeLayer();
  assert.deepEqual([...full.sent, ...empty.sent], []);
});

test("the speed goes up and down one step at a time, up to all there is", () => {
  for (const [speed, faster, slower] of [[60, 250, 25], [null, null, 250], [2, 5, 2], [250, null, 60]]) {
    const { intents, sent } = createBench({}, { speed });
    intents.faster();
    assert.equal(sent[0].epochs_per_second, faster, String(speed));
    const other = createBench({}, { speed });
    other.intents.slower();
    assert.equal(other.sent[0].epochs_per_second, slower, String(speed));
  }
});

test("each problem type keeps its dataset", () => {
  const { intents, store, sent } = createBench({ dataset: "xor" });
  store.set({ otherDatasets: { regression: "multi-gaussian" } });
  intents.configure({ problem: "regression" });
  assert.deepEqual(sent[0].changes, { problem: "regression", dataset: "multi-gaussian" });
  assert.deepEqual(store.get().otherDatasets, { regression: "multi-gaussian", classification: "xor" });
});

test("a display choice asks the server for nothing", () => {
  const { intents, store, sent } = createBench();
  intents.showTest();
  assert.equal(store.get().display.showTest, true);
  assert.deepEqual(sent, []);
});

test("every input of the catalogue has a name in links", () => {
  assert.deepEqual(Object.keys(FEATURE_KEYS), catalogue.features);
});

test("drawn points show at once, are sent together, and count as sent when the server has them", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { intents, store, sent } = createBench({ dataset: "own", points: [[0, 0, 1], [1, 1, -1]] });
  const drawn = [[0, 0, 1], [1, 1, -1], [2, 2, 1]];
  intents.draw(drawn.slice(0, 2));
  intents.draw(drawn);
  assert.equal(store.get().drawn, drawn);
  assert.deepEqual(sent, []);
  context.mock.timers.tick(1000);
  assert.deepEqual(sent.map(({ changes }) => changes), [{ points: drawn }]);
  const { server } = store.get();
  store.set({ server: { ...server, config: { ...server.config } } });
  assert.equal(store.get().drawn, drawn, "the server has the old ones still");
  store.set({ server: { ...server, config: { ...server.config, points: drawn } } });
  assert.equal(store.get().drawn, null);
});

test("fewer points than can be trained with are not sent", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { intents, store, sent } = createBench({ dataset: "own", points: [[0, 0, 1], [1, 1, -1]] });
  intents.draw([[0, 0, 1]]);
  context.mock.timers.tick(1000);
  assert.deepEqual(sent, []);
  assert.equal(store.get().drawn.length, 1);
  const { server } = store.get();
  store.set({ server: { ...server, config: { ...server.config, dataset: "circle" } } });
  assert.equal(store.get().drawn, null, "another dataset");
});

test("a refusal shows what the server says again, and what was asked for is forgotten", () => {
  const { intents, store } = createBench({ noise: 0 });
  const shown = [];
  store.subscribe(({ server }) => shown.push([server.config.noise, intents.present().noise]));
  intents.configure({ noise: 5 });
  assert.equal(intents.present().noise, 5);
  intents.forget();
  assert.deepEqual(shown.at(-1), [0, 0]);
});

test("own points come with a few to begin with", () => {
  const { intents, sent } = createBench({ dataset: "circle", points: [] });
  intents.configure({ dataset: "own" });
  assert.ok(sent[0].changes.points.length > 2);
});
