import assert from "node:assert/strict";
import test from "node:test";
import { createI18n } from "../../../static/js/ui/i18n.js";

const words = {
	hello: "Hello, {name}!",
	"layers.one": "{count} layer",
	"layers.other": "{count} layers",
	twice: "{a} and {a}",
};

test("places are filled, numbers in the way of the language", () => {
	const { t } = createI18n({ locale: "en", words });
	assert.equal(t("hello", { name: "Ada" }), "Hello, Ada!");
	assert.equal(t("twice", { a: 12345.5 }), "12,345.5 and 12,345.5");
});

test("the count chooses the plural", () => {
	const { t } = createI18n({ locale: "en", words });
	assert.equal(t("layers", { count: 1 }), "1 layer");
	assert.equal(t("layers", { count: 0 }), "0 layers");
	assert.equal(t("layers", { count: 1000 }), "1,000 layers");
});

test("a language with one form needs only that one", () => {
	const { t } = createI18n({ locale: "zh-CN", words: { "layers.other": "{count} 层" } });
	assert.equal(t("layers", { count: 1 }), "1 层");
});

test("a key without words is its own text", () => {
	const { t, has } = createI18n({ locale: "en", words });
	assert.equal(t("no.such"), "no.such");
	assert.equal(t("toString"), "toString");
	assert.equal(t("layers.many", { count: 5 }), "layers.many");
	assert.equal(has("hello"), true);
	assert.equal(has("toString"), false);
});

test("a place without a value stays, and text with places is not filled again", () => {
	const { t } = createI18n({ locale: "en", words });
	assert.equal(t("hello"), "Hello, {name}!");
	assert.equal(t("hello", { name: "{name} $& $1" }), "Hello, {name} $& $1!");
});

test("numbers have a true minus and no negative zero", () => {
	const { number } = createI18n({ locale: "en", words });
	assert.equal(number(-1234.5), "−1,234.5");
	assert.equal(number(-0), "0");
	assert.equal(number(0.5, { style: "percent" }), "50%");
});

test("another language takes over words, plurals and numbers", () => {
	const i18n = createI18n({ locale: "en", words });
	assert.equal(i18n.number(1.5), "1.5");
	i18n.setLocale("de", { hello: "Hallo, {name}!" });
	assert.equal(i18n.locale, "de");
	assert.equal(i18n.t("hello", { name: "Ada" }), "Hallo, Ada!");
	assert.equal(i18n.number(1.5), "1,5");
});

test("further words are asked for once, those that are there stay, and a failure may be tried again", async () => {
	let asked = 0;
	let away = true;
	const fetchWords = async (/** @type {string} */ locale) => {
		asked += 1;
		if (away) throw new Error("the server is away");
		return { hello: "another", more: `more in ${locale}` };
	};
	const i18n = createI18n({ locale: "en", words, fetchWords });
	await assert.rejects(i18n.complete());
	away = false;
	await Promise.all([i18n.complete(), i18n.complete()]);
	assert.equal(asked, 2);
	assert.equal(i18n.t("more"), "more in en");
	assert.equal(i18n.t("hello", { name: "Ada" }), "Hello, Ada!");
	await createI18n({ locale: "en", words }).complete();
});
