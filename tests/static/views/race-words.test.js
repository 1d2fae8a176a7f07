import assert from "node:assert/strict";
import test from "node:test";
import { createI18n } from "../../../static/js/ui/i18n.js";
import { leadOf, ownValues, standingText } from "../../../static/js/views/race-words.js";
import { facts } from "../support/facts.js";
import { LOCALES, wordsOf } from "../support/words.js";

const { catalogue } = facts();
const usual = Object.fromEntries(Object.entries(catalogue.fields).map(([name, field]) => [name, field.default]));
const own = { ...usual, activation: "tanh", layer_activations: [] };
const en = createI18n({ locale: "en", words: wordsOf("en") });

/** A page in a race. @param {object} [changes] of the rival @param {object} [figures] */
function page(changes = { activation: "relu" }, { test: mine = 0.3, rivalTest = 0.1, epoch = 5, divergence = null } = {}) {
	const config = { ...own, ...changes };
	return /** @type {any} */ ({
		frame: { testLoss: mine, epoch, batch: 0 },
		rival: { testLoss: rivalTest, epoch, batch: 0, score: 4 * mine, rivalScore: 4 * rivalTest },
		server: { config: own, rival: { config, differs: Object.keys(changes), divergence } },
	});
}

test("each set-up is told by what it has of its own", () => {
	const { server } = page({ activation: "relu", learning_rate: 0.1, hidden_layers: [8, 8] });
	assert.deepEqual(ownValues(en, server.config, server.rival), ["Tanh", "Learning rate: 0.03", "4–2"]);
	assert.deepEqual(ownValues(en, server.rival.config, server.rival), ["ReLU", "Learning rate: 0.1", "8–8"]);
});

test("activations of single layers are told in place of the one for all", () => {
	const { server } = page({ activation: "relu", layer_activations: ["relu", "tanh"] });
	assert.deepEqual(ownValues(en, server.rival.config, server.rival), ["Activation of each layer: ReLU, Tanh"]);
});

test("who has the lower test loss is ahead, unless both are about as good", () => {
	assert.equal(leadOf(page()).ahead, "rival");
	assert.equal(leadOf(page(undefined, { test: 0.05 })).ahead, "own");
	assert.equal(leadOf(page(undefined, { test: 0.1001 })).ahead, null);
	assert.equal(standingText(en, page()), "The rival is ahead: test loss 0.100, this network’s 0.300.");
	assert.equal(standingText(en, page(undefined, { test: 0.05 })), "This network is ahead: test loss 0.0500, the rival’s 0.100.");
	assert.equal(standingText(en, page(undefined, { test: 0.1 })), "They are level.");
});

test("losses of other kinds are compared by their score", () => {
	assert.deepEqual(leadOf(page({ loss: "cross_entropy", output_activation: "sigmoid" })), {
		ahead: "rival",
		measure: "score",
		own: 1.2,
		other: 0.4,
	});
});

test("before the start and after a divergence it says so, in every language", () => {
	const cases = [page({}), page(undefined, { epoch: 0 }), page(undefined, { divergence: { epoch: 7, batch: 0, cause: "loss" } })];
	for (const locale of LOCALES) {
		const i18n = createI18n({ locale, words: wordsOf(locale) });
		const texts = cases.map((each) => standingText(i18n, each));
		assert.equal(new Set(texts).size, cases.length);
		assert.match(texts[2], /7/);
	}
});
