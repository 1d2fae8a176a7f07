// What the teacher's page keeps, reads and asks for.
import assert from "node:assert/strict";
import test from "node:test";
import { createRoomApi, ask, Refusal } from "../../../static/js/classroom/api.js";
import { readValue } from "../../../static/js/classroom/change.js";
import { commonest, panelsOf } from "../../../static/js/classroom/drawsummary.js";
import { readPart } from "../../../static/js/classroom/goals.js";
import { forgetTask, keepTask, recallTasks } from "../../../static/js/classroom/owntasks.js";
import { fileName } from "../../../static/js/classroom/results.js";
import { forgetRoom, keepRoom, readSecret, recallRooms } from "../../../static/js/classroom/rooms.js";
import { readStart } from "../../../static/js/classroom/starts.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();

/** @returns {any} a browser's storage */
function createStorage(/** @type {Record<string, string>} */ kept = {}) {
  return { getItem: (/** @type {string} */ key) => kept[key] ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void (kept[key] = value) };
}

test("rooms are kept, the newest first, each once", () => {
  const storage = createStorage();
  keepRoom({ id: "one", key: "k1", name: "7a", at: 1 }, storage);
  keepRoom({ id: "two", key: "k2", name: "7b", at: 2 }, storage);
  keepRoom({ id: "one", key: "k1", name: "7c", at: 3 }, storage);
  assert.deepEqual(recallRooms(storage).map(({ name }) => name), ["7c", "7b"]);
  forgetRoom("one", storage);
  assert.deepEqual(recallRooms(storage).map(({ id }) => id), ["two"]);
});

test("a storage that is forbidden or holds nonsense is as good as empty", () => {
  const forbidden = { getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); } };
  assert.deepEqual(recallRooms(/** @type {any} */ (forbidden)), []);
  keepRoom({ id: "a", key: "b", name: "c", at: 0 }, /** @type {any} */ (forbidden));
  for (const text of ["{", "{}", "[1, null]"]) assert.deepEqual(recallRooms(createStorage({ "tinkernet.rooms": text })), []);
});

test("a teacher's link has a room and a key", () => {
  assert.deepEqual(readSecret("#Ab-_345.0123456789abcdefXYZ"), { id: "Ab-_345", key: "0123456789abcdefXYZ" });
  for (const hash of ["", "#", "#room", "#room.key", "#a b c d e f.0123456789abcdefXYZ"]) assert.equal(readSecret(hash), null, hash);
});

test("own tasks are kept, changed in place, and deleted", () => {
  const storage = createStorage();
  const id = keepTask({ title: "one" }, null, storage);
  keepTask({ title: "two" }, null, storage);
  assert.equal(keepTask({ title: "ONE" }, id, storage), id);
  assert.deepEqual(recallTasks(storage).map(({ task }) => task.title), ["ONE", "two"]);
  forgetTask(id, storage);
  assert.deepEqual(recallTasks(storage).map(({ task }) => task.title), ["two"]);
});

test("a start is read from a whole link or its hash, and nonsense is none", () => {
  assert.deepEqual(readStart("http://host:8000/#dataset=xor&networkShape=3", catalogue), { config: { dataset: "xor", hidden_layers: [3] } });
  assert.deepEqual(readStart("learningRate=0.1&speed=max", catalogue), { config: { learning_rate: 0.1 }, speed: null });
  for (const text of ["", "hello", "http://host/", "http://host/#Ab.cd", "#a=b"]) assert.equal(readStart(text, catalogue), null, text);
});

test("changes for a learner are read as the setting has them", () => {
  assert.equal(readValue("learning_rate", "0,3", catalogue), 0.3);
  assert.equal(readValue("learning_rate", "fast", catalogue), undefined);
  assert.deepEqual(readValue("hidden_layers", "4–2", catalogue), [4, 2]);
  assert.deepEqual(readValue("hidden_layers", "4, 2，8", catalogue), [4, 2, 8]);
  assert.deepEqual(readValue("hidden_layers", "", catalogue), []);
  assert.equal(readValue("hidden_layers", "99", catalogue), undefined);
  assert.equal(readValue("batch_size", "1.5", catalogue), undefined);
  assert.equal(readValue("activation", "relu", catalogue), "relu");
  assert.equal(readValue("activation", "magic", catalogue), undefined);
  assert.deepEqual(readValue("features", "x1, x1_x2", catalogue), ["x1", "x1_x2"]);
  assert.equal(readValue("features", "x9", catalogue), undefined);
});

test("parts of a goal are read, and nonsense is none", () => {
  assert.equal(readPart("percent", 95), 0.95);
  for (const [type, typed] of [["percent", 120], ["loss", NaN], ["loss", -1], ["count", 1.5], ["features", []]]) {
    assert.equal(readPart(/** @type {string} */ (type), typed), undefined, `${type} ${typed}`);
  }
  assert.deepEqual(readPart("fresh", { runs: 5, solved: 4, epochs: 300 }), { runs: 5, solved: 4, epochs: 300 });
  assert.equal(readPart("fresh", { runs: 5, solved: 6, epochs: 300 }), undefined);
  assert.equal(readPart("fresh", { runs: 21, solved: 6, epochs: 300 }), undefined);
});

test("a class is drawn in five panels, rare ones put together", () => {
  const i18n = { t: (/** @type {string} */ key) => key, number: String, locale: "en" };
  const summary = {
    learners: 9, handed_in: 3, reached: 2, missed: 1, unknown: 0,
    architectures: Array.from({ length: 9 }, (_, index) => ({ hidden_layers: [index + 1], count: 1 })),
    activations: [{ activation: "mixed", count: 2 }],
    learning_rates: [{ learning_rate: 0.03, count: 9 }],
    losses: { edges: [0.1, 1], handed_in: [1, 1, 1], present: [3, 3, 3] },
  };
  const panels = panelsOf(summary, i18n);
  assert.equal(panels.length, 5);
  assert.deepEqual(panels[1].bars.map(({ label }) => label), ["≤ 0.1", "≤ 1", "> 1"]);
  assert.deepEqual(panels[2].bars[6], { label: "teach.summary.others", count: 3 });
  assert.equal(commonest([{ label: "a", count: 1 }], "x").length, 1);
});

test("a room's name is good as a file's", () => {
  assert.equal(fileName("9b: nets / today"), "9b-nets-today");
  assert.equal(fileName("../.."), "room");
  assert.equal(fileName("九（2）班"), "九（2）班");
});

test("the key goes into a header, and refusals keep their code", async () => {
  const asked = [];
  const answer = (/** @type {number} */ status, /** @type {any} */ body) => async (/** @type {any} */ url, /** @type {any} */ options) => {
    asked.push({ url: String(url), ...options });
    return new Response(JSON.stringify(body), { status });
  };
  const base = "http://host/under/";
  await ask("api/rooms/x", { key: "secret", method: "PATCH", body: { paused: true }, fetch: answer(200, {}), base });
  assert.equal(asked[0].url, "http://host/under/api/rooms/x");
  assert.equal(asked[0].headers["X-Room-Key"], "secret");
  assert.equal(asked[0].body, '{"paused":true}');
  await assert.rejects(ask("x", { fetch: answer(404, { code: "no_such_room", detail: "gone" }), base }), (error) => error instanceof Refusal && error.code === "no_such_room" && error.status === 404);
  await assert.rejects(ask("x", { fetch: async () => { throw new TypeError("down"); }, base }), { code: "offline" });
  assert.equal(typeof createRoomApi({ id: "a", key: "b" }).state, "function");
});
