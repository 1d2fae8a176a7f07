import assert from "node:assert/strict";
import test from "node:test";
import { createPending } from "../../../static/js/app/optimistic.js";

test("what was asked for stands until the server confirms it", () => {
  const pending = createPending(() => 0);
  pending.add({ layers: [4, 2, 2] }, { layers: [4, 2] });
  assert.deepEqual(pending.over({ layers: [4, 2], noise: 0 }), { layers: [4, 2, 2], noise: 0 });
  pending.add({ layers: [4, 2, 2, 2] }, { layers: [4, 2, 2] });
  assert.deepEqual(pending.over({ layers: [4, 2, 2] }).layers, [4, 2, 2, 2], "the answer to the first is not the last");
  assert.deepEqual(pending.over({ layers: [4, 2, 2, 2] }).layers, [4, 2, 2, 2]);
  assert.deepEqual(pending.over({ layers: [1] }).layers, [1], "confirmed: from now on the server's word counts");
});

test("an answer to an earlier key sets nothing back, even where the value was the same before", () => {
  const pending = createPending(() => 0);
  pending.add({ noise: 5 }, { noise: 0 });
  pending.add({ noise: 0 });
  const shown = [0, 5, 0, 10].map((noise) => pending.over({ noise }).noise);
  assert.deepEqual(shown, [0, 0, 0, 10], "and after the last answer the server's word counts");
});

test("answers may come together", () => {
  const pending = createPending(() => 0);
  for (const noise of [5, 10, 15]) pending.add({ noise }, { noise: 0 });
  assert.equal(pending.over({ noise: 10 }).noise, 15);
  assert.equal(pending.over({ noise: 15 }).noise, 15);
  assert.equal(pending.over({ noise: 20 }).noise, 20);
});

test("what was asked for twice is confirmed once", () => {
  const pending = createPending(() => 0);
  for (let i = 0; i < 2; i += 1) pending.add({ noise: 5 }, { noise: 0 });
  pending.add({ speed: 60 }, { speed: 60 });
  assert.deepEqual(pending.over({ noise: 5, speed: 60 }), { noise: 5, speed: 60 });
  assert.deepEqual(pending.over({ noise: 0, speed: 2 }), { noise: 0, speed: 2 });
});

test("a refusal or a long silence gives the server its word back", () => {
  let now = 0;
  const pending = createPending(() => now);
  pending.add({ noise: 5 }, { noise: 0 });
  pending.clear();
  assert.equal(pending.over({ noise: 0 }).noise, 0);
  pending.add({ noise: 5 }, { noise: 0 });
  now = 10_000;
  assert.equal(pending.over({ noise: 0 }).noise, 0);
});
