import assert from "node:assert/strict";
import test from "node:test";
import { helpOf, meanName } from "../../../static/js/images/naming.js";
import { createI18n } from "../../../static/js/ui/i18n.js";
import { LOCALES, wordsOf } from "../support/words.js";

const first = { kind: "conv", layer: 1, channels: 8, height: 8, width: 8, size: 3, filters: 1 };
const second = { ...first, layer: 2, channels: 16, filters: 8 };
const choice = { layer: 0, channel: 2, filter: true };

test("where the small picture is a mean of kernels, help and reading say so in every language", () => {
	const en = createI18n({ locale: "en", words: wordsOf("en") });
	assert.equal(meanName(en, first, choice), "Convolution, layer 1: filter 3");
	assert.equal(meanName(en, second, choice), "Convolution, layer 2: filter 3, mean of its 8 kernels");
	for (const locale of LOCALES) {
		const i18n = createI18n({ locale, words: wordsOf(locale) });
		for (const shape of [first, second, { ...first, kind: "max_pool", filters: null }]) assert.ok(i18n.has(helpOf(shape)), locale);
		assert.notEqual(helpOf(first), helpOf(second));
	}
});
