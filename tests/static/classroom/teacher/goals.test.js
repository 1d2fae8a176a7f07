import assert from "node:assert/strict";
import test from "node:test";
import { readPart } from "../../../../static/js/classroom/teacher/goals.js";

test("parts of a goal are read, and nonsense is none", () => {
  assert.equal(readPart("percent", 95), 0.95);
  for (const [type, typed] of [["percent", 120], ["loss", NaN], ["loss", -1], ["count", 1.5], ["features", []]]) {
    assert.equal(readPart(/** @type {string} */ (type), typed), undefined, `${type} ${typed}`);
  }
  assert.deepEqual(readPart("fresh", { runs: 5, solved: 4, epochs: 300 }), { runs: 5, solved: 4, epochs: 300 });
  assert.equal(readPart("fresh", { runs: 5, solved: 6, epochs: 300 }), undefined);
  assert.equal(readPart("fresh", { runs: 21, solved: 6, epochs: 300 }), undefined);
});
