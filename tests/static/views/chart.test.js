import assert from "node:assert/strict";
import test from "node:test";
import { Chart } from "../../../static/js/views/chart.js";
import { element, inDocument, keysAsTexts } from "../support/dom.js";

test(
	"the chart draws both curves, and names the values of the epoch that arrow keys reach",
	inDocument(() => {
		const place = element("div", { width: 200, height: 100 });
		const chart = new Chart(place, { i18n: keysAsTexts() });
		const points = [{ epoch: 0, train: 0.5, test: 0.6 }, { epoch: 10, train: 0.1, test: 0.2 }];
		const page = /** @type {any} */ ({ history: { points }, frame: null, colors: {}, display: { logScale: false } });
		chart.update(page);
		const [canvas, , readout] = place.children;
		const { calls } = canvas.getContext();
		const count = calls.length;
		assert.equal(readout.hidden, true);
		chart.update({ ...page });
		assert.equal(calls.length, count, "the same state is not drawn again");
		canvas.send("keydown", { key: "ArrowRight" });
		assert.equal(readout.hidden, false);
		assert.match(readout.textContent, /^readout\.chart .*10.* 0\.1/);
		canvas.send("blur");
		assert.equal(readout.hidden, true);
	}),
);
