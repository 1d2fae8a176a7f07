import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { SHORTCUTS } from "../../static/js/app/keyboard.js";
import { GOALS } from "../../static/js/classroom/shared/goals.js";
import { facts, ROOT } from "./support/facts.js";
import { LOCALES, wordsOf } from "./support/words.js";

const words = Object.fromEntries(LOCALES.map((locale) => [locale, wordsOf(locale)]));
const PLURAL = /\.(one|two|few|many|other)$/;

/** Keys, each plural once. */
const keysOf = (/** @type {Record<string, string>} */ each) => new Set(Object.keys(each).map((key) => key.replace(PLURAL, "")));
const keys = keysOf(words.en);
const placesOf = (/** @type {string} */ text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

const sources = [...files("static/js", ".js"), ...files("templates", ".html")].map((path) => ({
	path,
	text: readFileSync(join(ROOT, path), "utf8"),
}));

/** @param {string} folder @param {string} ending */
function files(folder, ending) {
	return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(ending))
		.map((name) => join(folder, name));
}

test("all languages have the same keys", () => {
	for (const locale of LOCALES) assert.deepEqual([...keysOf(words[locale])].sort(), [...keys].sort(), locale);
});

test("plurals have the forms of their language", () => {
	for (const locale of LOCALES) {
		const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
		for (const key of Object.keys(words[locale]).filter((each) => PLURAL.test(each))) {
			const stem = key.replace(PLURAL, "");
			for (const form of forms) assert.ok(`${stem}.${form}` in words[locale], `${locale}: ${stem}.${form}`);
			assert.ok(forms.includes(/** @type {any} */ (key.slice(stem.length + 1))), `${locale}: ${key}`);
			assert.ok(words[locale][key].includes("{count}"), `${locale}: ${key} has no {count}`);
		}
	}
});

test("the same places stand in all languages", () => {
	for (const locale of LOCALES) {
		for (const [key, text] of Object.entries(words[locale])) {
			const english = words.en[key] ?? words.en[key.replace(PLURAL, ".other")];
			assert.deepEqual(placesOf(text), placesOf(english), `${locale}: ${key}`);
		}
	}
});

test("words are text without gaps, markup or a key's name", () => {
	for (const locale of LOCALES) {
		for (const [key, text] of Object.entries(words[locale])) {
			assert.equal(typeof text, "string", key);
			assert.equal(text.trim(), text, `${locale}: ${key}`);
			assert.notEqual(text, "", `${locale}: ${key}`);
			assert.doesNotMatch(text, /<\w|&\w+;| {2}/, `${locale}: ${key}`);
			assert.doesNotMatch(text, /\b(control|readout|choice|article|keys|share|message|hint|try)\./, `${locale}: ${key}`);
		}
	}
});

test("Chinese is written with Chinese punctuation and true dashes", () => {
	for (const locale of LOCALES.filter((each) => each.startsWith("zh"))) {
		const foreign = locale === "zh-TW" ? /[“”‘’]/ : /[「」『』]/;
		for (const [key, text] of Object.entries(words[locale])) {
			assert.doesNotMatch(text, /[一-鿿][,.;:?!(]|[,;:?!)][一-鿿]/, `${locale}: ${key}`);
			assert.doesNotMatch(text, foreign, `${locale}: ${key}`);
		}
	}
});

test("every key that the page names has words", () => {
	const named = /\bt\(\s*["']([\w.-]+)["']|data-help="([\w.-]+)"|\bhelp: "([\w.-]+)"|\bwords: "([\w.-]+)"/g;
	const pairs = /\["\w+", "((?:control|share)\.[\w.-]+)"\]/g;
	let found = 0;
	for (const { path, text } of sources) {
		for (const match of [...text.matchAll(named), ...text.matchAll(pairs)]) {
			const key = match.slice(1).find((each) => each !== undefined) ?? "";
			if (!key.includes(".") || key.endsWith(".")) continue;
			found += 1;
			const family = [...keys].some((each) => each.startsWith(`${key}.`));
			assert.ok(keys.has(key) || family, `${path} names ${key}`);
		}
	}
	assert.ok(found > 60, `only ${found} keys were found in the sources`);
});

test("every family of keys that the page builds has words", () => {
	const built = /\bt\(`([^`]+)`|\bhelp[:=] ?`([^`]+)`/g;
	for (const { path, text } of sources) {
		for (const match of text.matchAll(built)) {
			const pattern = match[1] ?? match[2];
			if (!pattern.includes("${") || pattern.startsWith("${")) continue;
			const parts = pattern.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
			const family = new RegExp(`^${parts.join("[\\w-]+")}$`);
			assert.ok([...keys].some((key) => family.test(key)), `${path} builds ${pattern}`);
		}
	}
});

test("the template's controls have a name and a help", () => {
	const macro = /icon_button\(t, "(\w+)"|field\(t, "(\w+)"|data-action="(\w+)"/g;
	for (const { path, text } of sources.filter(({ path: each }) => each.endsWith(".html"))) {
		for (const match of text.matchAll(macro)) {
			const control = match.slice(1).find((each) => each !== undefined);
			for (const part of ["label", "help"]) assert.ok(keys.has(`control.${control}.${part}`), `${path}: control.${control}.${part}`);
		}
	}
	for (const key of keys) if (/^control\..*\.help$/.test(key)) assert.ok(keys.has(key.replace(/help$/, "label")), key);
});

test("the page knows the server's kinds of goals, in its order", () => {
	assert.deepEqual(GOALS.map(({ kind }) => kind), facts().goalKinds);
});

test("every choice, error, input and key has words", () => {
	const { catalogue, errorCodes, goalKinds } = facts();
	const { fields } = catalogue;
	const wanted = [
		...fields.activation.choices.flatMap((/** @type {string} */ each) => [`choice.activation.${each}`, `hint.activation.${each}`]),
		...fields.regularization.choices.flatMap((
			/** @type {string} */ each,
		) => [`choice.regularization.${each}`, `hint.regularization.${each}`]),
		...fields.initializer.choices.flatMap((/** @type {string} */ each) => [`choice.initializer.${each}`, `hint.initializer.${each}`]),
		...fields.problem.choices.flatMap((/** @type {string} */ each) => [`choice.problem.${each}`, `message.summary.${each}`]),
		...Object.values(catalogue.outputs).flat().flatMap((each) => [`choice.output.${each}`, `hint.output.${each}`]),
		...Object.keys(catalogue.datasets).flatMap((each) => [`choice.dataset.${each}`, `hint.dataset.${each}`]),
		...catalogue.features.map((/** @type {string} */ each) => `hint.feature.${each}`),
		...errorCodes.map((each) => `error.${each}`),
		...["loss", "parameters"].map((each) => `message.diverged.${each}`),
		...goalKinds.flatMap((kind) => [`room.goal.${kind}`, `task.part.${kind}`]),
		...SHORTCUTS.map(({ words: each }) => each),
	];
	for (const key of wanted) assert.ok(keys.has(key), key);
});
