import assert from "node:assert/strict";
import test from "node:test";
import { createPending } from "../../static/js/pending.js";

test("what was asked for stands until the server confirms it", () => {
  const pending = createPending(() => 0);
  pending.add({ layers: [4, 2, 2] });
  assert.deepEqual(pending.over({ layers: [4, 2], noise: 0 }), { layers: [4, 2, 2], noise: 0 });
  pending.add({ layers: [4, 2, 2, 2] });
  assert.deepEqual(pending.over({ layers: [4, 2, 2] }).layers, [4, 2, 2, 2], "the answer to the first is not the last");
  assert.deepEqual(pending.over({ layers: [4, 2, 2, 2] }).layers, [4, 2, 2, 2]);
  assert.deepEqual(pending.over({ layers: [1] }).layers, [1], "confirmed: from now on the server's word counts");
});

test("a refusal or a long silence gives the server its word back", () => {
  let now = 0;
  const pending = createPending(() => now);
  pending.add({ noise: 5 });
  pending.clear();
  assert.equal(pending.over({ noise: 0 }).noise, 0);
  pending.add({ noise: 5 });
  now = 10_000;
  assert.equal(pending.over({ noise: 0 }).noise, 0);
});
