import assert from "node:assert/strict";
import test from "node:test";
import { parseValue } from "../../../../static/js/classroom/teacher/seat-settings.js";
import { facts } from "../../support/facts.js";

const { catalogue } = facts();

test("changes for a learner are read as the setting has them", () => {
	assert.equal(parseValue("learning_rate", "0,3", catalogue), 0.3);
	assert.equal(parseValue("learning_rate", "fast", catalogue), undefined);
	assert.deepEqual(parseValue("hidden_layers", "4–2", catalogue), [4, 2]);
	assert.deepEqual(parseValue("hidden_layers", "4, 2，8", catalogue), [4, 2, 8]);
	assert.deepEqual(parseValue("hidden_layers", "", catalogue), []);
	assert.deepEqual(parseValue("hidden_layers", Array(16).fill(64).join(" "), catalogue), Array(16).fill(64)); // as links and programs may
	for (const text of ["65", "0", "1.5", "two", Array(17).fill(1).join(" ")]) {
		assert.equal(parseValue("hidden_layers", text, catalogue), undefined);
	}
	assert.equal(parseValue("batch_size", "1.5", catalogue), undefined);
	assert.equal(parseValue("activation", "relu", catalogue), "relu");
	assert.equal(parseValue("activation", "magic", catalogue), undefined);
	assert.deepEqual(parseValue("features", "x1, x1_x2", catalogue), ["x1", "x1_x2"]);
	assert.equal(parseValue("features", "x9", catalogue), undefined);
});
