import assert from "node:assert/strict";
import test from "node:test";
import { findFault } from "../../../../static/js/classroom/teacher/task-form.js";

const part = (/** @type {GoalName} */ kind, /** @type {any} */ wanted) => ({ kind, wanted });

test("a task needs a title and values that can be understood", () => {
	assert.equal(findFault("  ", []), "task.needsTitle");
	assert.equal(findFault("Circle", [part("most_neurons", undefined)]), "task.unreadable");
	assert.equal(findFault("Circle", [part("most_neurons", 3)]), "");
});

test("fresh runs need a score or an accuracy to reach", () => {
	const fresh = part("fresh", { runs: 5, solved: 4, epochs: 300 });
	assert.equal(findFault("Circle", [fresh, part("within_epochs", 300)]), "task.freshNeeds");
	for (const kind of /** @type {GoalName[]} */ (["test_loss_at_most", "accuracy_at_least"])) {
		assert.equal(findFault("Circle", [part(kind, 0.5), fresh]), "");
	}
});
