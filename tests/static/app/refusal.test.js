import assert from "node:assert/strict";
import test from "node:test";
import { refusalText } from "../../../static/js/app/refusal.js";
import { createI18n } from "../../../static/js/ui/i18n.js";
import { LOCALES, wordsOf } from "../support/words.js";

/** Every reason of the server, with its values. @type {MisfitReason[]} */
const REASONS = [
	...["first", "row", "flat", "dropout", "before"].map((code) => ({ code, layer: 2, kind: "conv" })),
	...["window", "single"].map((code) => ({ code, layer: 5, kind: "max_pool", size: "1x1" })),
	{ code: "block", layer: 2, kind: "residual", most: 1 },
	{ code: "sizes", layer: 2, kind: "residual", inputs: "1x8x8", outputs: "3" },
	{ code: "columns" },
	{ code: "work", most: 1_000_000 },
	{ code: "batch", most: 300 },
];

test("every reason for which the server refuses layers has its words, with its values, in each language", () => {
	const [en] = LOCALES.map((locale) => createI18n({ locale, words: wordsOf(locale) }));
	assert.equal(
		refusalText(en, REASONS[6]),
		"Layer 5, Max pooling: the maps before it have a single value: there is nothing to pool. Nothing was changed.",
	);
	assert.match(refusalText(en, REASONS[10]), /1,000,000/);
	for (const locale of LOCALES) {
		const i18n = createI18n({ locale, words: wordsOf(locale) });
		for (const reason of REASONS) assert.doesNotMatch(refusalText(i18n, reason), /misfit|kind\.|[{}]/, `${locale}: ${reason.code}`);
	}
});
