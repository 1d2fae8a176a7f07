import assert from "node:assert/strict";
import test from "node:test";
import { isIdle } from "../../../static/js/settings/idle.js";

/** @returns {any} */
const config = (/** @type {object} */ changes) => ({ hidden_layers: [4], regularization: "none", regularization_rate: 0, ...changes });

test("the activation has no effect without a hidden layer", () => {
	assert.equal(isIdle("activation", config({})), false);
	assert.equal(isIdle("activation", config({ hidden_layers: [] })), true);
});

test("a penalty needs both its kind and its rate", () => {
	assert.equal(isIdle("regularization", config({})), false);
	assert.equal(isIdle("regularization", config({ regularization: "l1" })), true);
	assert.equal(isIdle("regularization_rate", config({ regularization_rate: 0.1 })), true);
	const both = config({ regularization: "l2", regularization_rate: 0.1 });
	assert.deepEqual([isIdle("regularization", both), isIdle("regularization_rate", both)], [false, false]);
	assert.equal(isIdle("noise", both), false);
});
