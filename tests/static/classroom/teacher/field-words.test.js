import assert from "node:assert/strict";
import test from "node:test";
import { differencesText, lockedFurther, lockNames, shapeText } from "../../../../static/js/classroom/teacher/field-words.js";
import { fieldName, valueText } from "../../../../static/js/views/setting-words.js";
import { CHANGEABLE_SETTINGS, LOCKABLE, OTHER_SETTINGS, START_SETTINGS } from "../../../../static/js/classroom/shared/setting-lists.js";
import { createI18n } from "../../../../static/js/ui/i18n.js";
import { facts } from "../../support/facts.js";
import { LOCALES, wordsOf } from "../../support/words.js";

const { catalogue } = facts();
const languages = LOCALES.map((locale) => createI18n({ locale, words: wordsOf(locale) }));
const [en] = languages;

test("every setting has a name in all languages, and can be locked", () => {
	const lockable = new Set([...LOCKABLE, ...OTHER_SETTINGS]);
	const along = ["data_columns", "points_noise"]; // they are locked with the points, and with the noise
	for (const field of Object.keys(catalogue.fields)) {
		for (const i18n of languages) assert.notEqual(fieldName(i18n, field), field, `${i18n.locale}: ${field}`);
		assert.ok(lockable.has(field) || along.includes(field), field);
	}
	for (const field of ["speed", "weights"]) assert.ok(lockable.has(field));
	assert.equal(lockable.size, LOCKABLE.length + OTHER_SETTINGS.length, "each once");
	for (const field of [...CHANGEABLE_SETTINGS, ...START_SETTINGS]) assert.ok(field in catalogue.fields, field);
});

test("values are said as the playground says them", () => {
	assert.equal(valueText(en, "activation", "relu"), "ReLU");
	assert.equal(valueText(en, "hidden_layers", [4, 2]), "4–2");
	assert.equal(valueText(en, "hidden_layers", []), "No hidden layers");
	assert.equal(valueText(en, "features", ["x1", "x2_squared"]), "x₁, x₂²");
	assert.equal(valueText(en, "learning_rate", 0.03), "0.03");
	assert.equal(valueText(en, "data_seed", 123456), "123456");
	assert.equal(valueText(en, "points", [[1, 2, 1]]), "Custom points");
});

test("what differs is short: seeds and the shape are left out", () => {
	const differs = { data_seed: 1, hidden_layers: [8], activation: "relu", learning_rate: 0.1 };
	assert.equal(differencesText(en, differs), "ReLU · rate 0.1");
	assert.equal(differencesText(en, {}), "");
});

test("a shape is that of its hidden layers", () => {
	assert.equal(shapeText(en, [2, 4, 2, 1]), "4–2");
	assert.equal(shapeText(en, [2, 4, 1]), "4 neurons");
	assert.equal(shapeText(en, [2, 1, 1]), "1 neuron");
	assert.equal(shapeText(en, [2, 1]), "No hidden layers");
	assert.equal(shapeText(en, []), "");
	assert.equal(shapeText(en, undefined), "");
});

test("some further locks stay as they are until their box is touched", () => {
	const some = ["dataset", "classes", "loss"];
	assert.deepEqual(lockedFurther({ checked: false, indeterminate: true }, some), ["classes", "loss"]);
	assert.deepEqual(lockedFurther({ checked: true, indeterminate: false }, some), OTHER_SETTINGS);
	assert.deepEqual(lockedFurther({ checked: false, indeterminate: false }, some), []);
	assert.deepEqual(lockNames(en, some), ["Dataset", "Classes", "Loss"]);
	assert.deepEqual(lockNames(en, ["dataset", ...OTHER_SETTINGS]), ["Dataset", "All other settings"]);
});

test("of a network for images it is said that the numbers are filters, too", () => {
	const i18n = createI18n({ locale: "en", words: wordsOf("en") });
	assert.equal(shapeText(i18n, [64, 4, 16, 10]), "filters/neurons 4–16");
	assert.equal(shapeText(i18n, [2, 4, 16, 1]), "4–16");
	const layers = [{ kind: "conv", filters: 4 }, { kind: "max_pool" }, { kind: "dense", neurons: 16 }];
	assert.equal(valueText(i18n, "layers", layers), "Conv 4–Dense 16");
});
