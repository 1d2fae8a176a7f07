import assert from "node:assert/strict";
import test from "node:test";
import { smallerRate } from "../../../static/js/app/diverged-message.js";

const LEARNING_RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

test("a calmer rate is the largest usual one that is at most a tenth", () => {
	assert.equal(smallerRate(3, LEARNING_RATES), 0.3);
	assert.equal(smallerRate(0.3, LEARNING_RATES), 0.03);
	assert.equal(smallerRate(10, LEARNING_RATES), 1);
	assert.equal(smallerRate(1.2, LEARNING_RATES), 0.1);
	assert.equal(smallerRate(100, LEARNING_RATES), 10);
});

test("below the usual rates it is simply a tenth", () => {
	assert.ok(Math.abs(smallerRate(0.00001, LEARNING_RATES) - 0.000001) < 1e-18);
});
