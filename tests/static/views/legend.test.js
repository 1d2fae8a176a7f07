import assert from "node:assert/strict";
import test from "node:test";
import { createLegend } from "../../../static/js/views/legend.js";
import { inDocument, keysAsTexts } from "../support/dom.js";

const classes = { css: () => "red", ink: () => "black" };

/** @param {object} config @param {object} [more] @returns {any} */
const pageOf = (config, more = {}) => ({
	server: { shape: [2, 3, 3], config },
	colors: { classes },
	detail: null,
	watched: null,
	display: { decisionLine: true },
	...more,
});

test(
	"the mark stands at the probed value, a probability between 0 and 1",
	inDocument(() => {
		const { element, update } = createLegend({ i18n: keysAsTexts(), catalogue: { datasets: {} }, onWatch: () => {} });
		const probe = { layer: 2, neuron: 0, x1: 1, x2: 2, values: [0.75] };
		const config = { problem: "classification", output_activation: "sigmoid" };
		update(pageOf(config, { probe, detail: { layer: 2, neuron: 0 } }), true);
		const mark = /** @type {any} */ (element).find("mark");
		assert.deepEqual([mark.hidden, mark.style.left], [false, "75%"]);
		update(pageOf(config, { probe, detail: { layer: 2, neuron: 0 } }), false);
		assert.equal(mark.hidden, true);
	}),
);

test(
	"the scale has its numbers: those of the output, and those of a hidden neuron with the value on its line",
	inDocument(() => {
		const { element, update } = createLegend({ i18n: keysAsTexts(), catalogue: { datasets: {} }, onWatch: () => {} });
		const texts = () => {
			const all = /** @type {any} */ (element).find("ends").all().filter((/** @type {any} */ each) =>
				!each.hidden && each.childElementCount === 0
			);
			return all.map((/** @type {any} */ each) => each.textContent).filter(Boolean);
		};
		const config = { problem: "classification", activation: "relu", output_activation: "sigmoid" };
		update(pageOf(config, { detail: { layer: 2, neuron: 0 } }), false);
		assert.deepEqual(texts(), ["0", "0.5", "1", "legend.line 0.5"]);
		update(pageOf(config, { detail: { layer: 1, neuron: 0 } }), false);
		assert.deepEqual(texts(), ["0", "≥\u20091", "legend.line 0"]);
		assert.equal(/** @type {any} */ (element).dataset.help, "legend.fromGrey");
		update(pageOf({ ...config, output_activation: "tanh" }, { detail: { layer: 2, neuron: 0 }, display: { decisionLine: false } }), false);
		assert.deepEqual(texts(), ["−1", "0", "1"]);
	}),
);

test(
	"several classes have a chip each, and the likeliest is named",
	inDocument(async () => {
		/** @type {any[]} */
		const watched = [];
		const { element, update } = createLegend({ i18n: keysAsTexts(), catalogue: { datasets: {} }, onWatch: (node) => watched.push(node) });
		const probe = { layer: 2, neuron: null, x1: 0, x2: 0, values: [0.2, 0.7, 0.1] };
		update(pageOf({ problem: "multiclass" }, { probe }), true);
		await import("../../../static/js/views/class-keys.js"); // which the legend loads
		await new Promise(setImmediate);
		const all = /** @type {any} */ (element).all();
		const keys = all.filter((/** @type {any} */ each) => each.classList?.contains("class-key"));
		assert.deepEqual(keys.map((/** @type {any} */ key) => key.find("percent").textContent), ["20", "70", "10"]);
		assert.equal(/** @type {any} */ (element).find("readout").textContent, "classes.probability 1 70%");
		keys[2].send("click");
		keys[2].classList.add("watched");
		keys[2].send("click");
		assert.deepEqual(watched, [{ layer: 2, neuron: 2 }, null]);
	}),
);
