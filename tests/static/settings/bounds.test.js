import assert from "node:assert/strict";
import test from "node:test";
import { createBounds, inBounds } from "../../../static/js/settings/bounds.js";
import { createI18n } from "../../../static/js/ui/i18n.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();
const words = { "edit.above": "above {low} to {high}", "edit.whole": "whole, {low} to {high}", "edit.between": "{low} to {high}" };
const bounds = createBounds({ i18n: createI18n({ locale: "en", words }), catalogue });

test("a number fits if it is finite, within the limits, and whole where it must be", () => {
	assert.ok(inBounds({ minimum: 0, maximum: 1 }, 1));
	assert.ok(!inBounds({ minimum: 0, maximum: 1 }, 1.01));
	assert.ok(!inBounds({ exclusive_minimum: 0 }, 0));
	assert.ok(!inBounds({ type: "integer" }, 1.5));
	for (const value of [NaN, Infinity, -Infinity]) assert.ok(!inBounds({}, value));
});

test("every default of a number lies within its own bounds", () => {
	for (const [field, { type, default: usual }] of Object.entries(catalogue.fields)) {
		if (type === "integer" || type === "number") assert.ok(bounds.inBounds(field, usual), field);
	}
});

test("a list is bounded by its entries", () => {
	assert.ok(bounds.inBounds("dropout", 0.5));
	assert.ok(!bounds.inBounds("dropout", 1.5));
});

test("the text tells the limits, and whether the number is whole", () => {
	assert.equal(bounds.expected("momentum"), "0 to 0.999");
	assert.match(bounds.expected("batch_size"), /^whole, 1 to/);
	const open = Object.keys(catalogue.fields).find((field) => catalogue.fields[field].exclusive_minimum === 0);
	assert.ok(open);
	assert.match(bounds.expected(open), /^above 0 to/);
});
