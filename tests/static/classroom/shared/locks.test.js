import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { selectorOfLock } from "../../../../static/js/classroom/shared/locks.js";
import { nameOf } from "../../../../static/js/views/setting-words.js";
import { facts, ROOT } from "../../support/facts.js";

const { catalogue } = facts();
const LOCKS = [...Object.keys(catalogue.fields), "speed", "weights"];
const words = JSON.parse(readFileSync(join(ROOT, "static/i18n/en.json"), "utf8"));

test("every lock has a place on the page, and a name", () => {
	for (const lock of LOCKS) {
		assert.notEqual(selectorOfLock(lock), "", lock);
		assert.ok(nameOf(lock) in words, `${lock}: ${nameOf(lock)}`);
	}
});

test("settings of the panel are found by their names there", () => {
	assert.equal(selectorOfLock("weight_decay"), "#weightDecay");
	assert.match(selectorOfLock("dropout"), /^\.field:has\(> \[data-help="control\.dropout\.help"\]\) \.per-layer/, "of its own field alone");
	assert.match(selectorOfLock("layer_activations"), /control\.activations\.help/);
	assert.match(selectorOfLock("data_seed"), /#dataSeed/);
});

test("what no page has closes nothing", () => {
	for (const lock of ["nonsense", "toString", ""]) assert.equal(selectorOfLock(lock), "");
});

test("the weights are edited, drawn anew and generated in one place each", () => {
	for (const part of ["newWeights", "regenerate", ".bias", "#editor"]) assert.ok(selectorOfLock("weights").includes(part));
});
