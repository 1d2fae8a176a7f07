import assert from "node:assert/strict";
import test from "node:test";
import { createTally } from "../../../static/js/lessons/tally.js";

test("of a given lesson, what the server has of the seat and what it answers counts, and nothing else", () => {
	const tally = createTally();
	assert.deepEqual(tally.storedStep(1), {}, "before anything is known, the browser's own marks stand");
	tally.receive({ since: 1, by_step: [[false, true], [], [false]] });
	assert.deepEqual([1, 2, 3].map(tally.storedStep), [{ checks: [1], done: false }, {}, { checks: [], done: false }]);
	tally.add(1, [0]);
	assert.deepEqual(tally.storedStep(1), { checks: [1, 0], done: true });
	tally.receive({ since: 1, by_step: [[false, true], [], [false]] });
	assert.equal(tally.storedStep(1).done, true, "the answer came before the seat's state");
});

test("a lesson that begins anew has nothing reached", () => {
	const tally = createTally();
	tally.receive({ since: 1, by_step: [[true]] });
	tally.receive({ since: 2, by_step: [[false]] });
	assert.deepEqual(tally.storedStep(1), { checks: [], done: false });
});
