import assert from "node:assert/strict";
import test from "node:test";
import { createSummary } from "../../../static/js/views/summary.js";
import { createI18n } from "../../../static/js/ui/i18n.js";

const i18n = createI18n({ locale: "en", words: { "message.summary.classification": "epoch {epoch}, {test}, {accuracy}" } });
const state = (playing, epoch) => ({
	server: { playing, config: { problem: "classification" } },
	frame: { epoch, trainLoss: 0.5, testLoss: 0.25, testAccuracy: 0.9 },
});

/** A summary whose clock the test sets. */
function setUp(context) {
	const clock = { now: 10_000 };
	context.mock.method(performance, "now", () => clock.now);
	const element = { textContent: "" };
	return { clock, element, summary: createSummary(element, { i18n }) };
}

test("nothing is said before training starts", (context) => {
	const { element, summary } = setUp(context);
	summary.update({ server: null, frame: null });
	summary.update(state(false, 0));
	assert.equal(element.textContent, "");
});

test("while it trains, progress is told every eight seconds", (context) => {
	const { clock, element, summary } = setUp(context);
	summary.update(state(true, 10));
	const first = element.textContent;
	assert.match(first, /^epoch 10, 0\.25\d*, 90/);
	clock.now += 7000;
	summary.update(state(true, 20));
	assert.equal(element.textContent, first);
	clock.now += 1001;
	summary.update(state(true, 30));
	assert.match(element.textContent, /^epoch 30/);
});

test("when it stops, the last numbers are told at once, and only once", (context) => {
	const { element, summary } = setUp(context);
	summary.update(state(true, 10));
	summary.update(state(false, 12));
	assert.match(element.textContent, /^epoch 12/);
	summary.update(state(false, 99));
	assert.match(element.textContent, /^epoch 12/);
});
