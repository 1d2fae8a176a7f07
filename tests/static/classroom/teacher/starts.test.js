import assert from "node:assert/strict";
import test from "node:test";
import { readStart } from "../../../../static/js/classroom/teacher/starts.js";
import { facts } from "../../support/facts.js";

const { catalogue } = facts();

test("a start is read from a whole link or its hash, and nonsense is none", () => {
	assert.deepEqual(readStart("http://host:8000/#dataset=xor&networkShape=3", catalogue), {
		config: { dataset: "xor", hidden_layers: [3] },
	});
	assert.deepEqual(readStart("learningRate=0.1&speed=max", catalogue), { config: { learning_rate: 0.1 }, speed: null });
	for (const text of ["", "hello", "http://host/", "http://host/#Ab.cd", "#a=b"]) assert.equal(readStart(text, catalogue), null, text);
});
