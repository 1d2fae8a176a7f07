import assert from "node:assert/strict";
import test from "node:test";
import { accuracy, duration, epoch, exact, loss, parseNumber, tickText, value, weight } from "../../../static/js/ui/format.js";
import { createI18n } from "../../../static/js/ui/i18n.js";

const en = createI18n({ locale: "en", words: {} });

test("losses have three significant digits, and powers of ten where they are tiny or huge", () => {
	const shown = Object.entries({ "0.2134": "0.213", "0.1": "0.100", "0.0004996": "5.00e-4", "0.000123": "1.23e-4", "0.001": "0.00100" });
	for (const [given, wanted] of shown) assert.equal(loss(Number(given), en), wanted);
	assert.equal(loss(12.345, en), "12.3");
	assert.equal(loss(1234, en), "1,230");
	assert.equal(loss(1e7, en), "1.00e7");
	assert.equal(loss(0, en), "0");
});

test("what is not finite has a sign of its own", () => {
	for (const format of [loss, epoch, weight, value, accuracy]) {
		assert.equal(format(NaN, en), "–");
		assert.equal(format(Infinity, en), "∞");
	}
	assert.equal(weight(-Infinity, en), "−∞");
	assert.equal(accuracy(null, en), "–");
	assert.equal(loss(undefined, en), "–");
});

test("ticks are as short as can be", () => {
	assert.deepEqual([0, 0.5, 0.25, 1e-5, 2e-7, 1000].map((each) => tickText(each, en)), ["0", "0.5", "0.25", "1e-5", "2e-7", "1,000"]);
});

test("epochs have thousands separators", () => {
	assert.equal(epoch(0, en), "0");
	assert.equal(epoch(1_234_567, en), "1,234,567");
});

test("weights have two decimals, a true minus, and no negative zero", () => {
	assert.equal(weight(-0.324, en), "−0.32");
	assert.equal(weight(5, en), "5.00");
	assert.equal(weight(-0.001, en), "0.00");
	assert.equal(weight(-0, en), "0.00");
	assert.equal(weight(-2.5e7, en), "−2.50e7");
});

test("values have as many decimals as asked for", () => {
	assert.equal(value(-0.98765, en), "−0.99");
	assert.equal(value(0.98765, en, 3), "0.988");
});

test("accuracy is 100% only when all are right", () => {
	assert.equal(accuracy(0.976, en), "97.6%");
	assert.equal(accuracy(1, en), "100%");
	assert.equal(accuracy(0.99999, en), "99.9%");
	assert.equal(accuracy(0.5, en), "50.0%");
	assert.equal(accuracy(0, en), "0.0%");
});

test("an exact float32 comes back from its text, in few digits", () => {
	assert.equal(exact(Math.fround(0.1)), "0.1");
	assert.equal(exact(-2.5), "-2.5");
	assert.equal(exact(0), "0");
	for (let i = 0; i < 500; i += 1) {
		const float = Math.fround(Math.sin(i * 12.9898) * 10 ** ((i % 21) - 10));
		assert.equal(Math.fround(Number(exact(float))), float);
		const digits = Number(exact(float)).toExponential().replace(/e.*$|[-.]/g, "");
		assert.ok(digits.length <= 9, exact(float));
	}
});

test("a float64 that is no float32 is not shortened", () => {
	assert.equal(exact(0.1), "0.1");
	assert.equal(exact(1 / 3), String(1 / 3));
});

test("numbers that people type", () => {
	for (const [text, value] of [["0.05", 0.05], [" 1,2 ", 1.2], ["１．２", 1.2], ["−3", -3], ["1e-3", 0.001]]) {
		assert.equal(parseNumber(text), value);
	}
	for (const text of ["", " ", "fast", "1.2.3"]) assert.ok(Number.isNaN(parseNumber(text)), text);
});

test("a duration is in the largest unit of which it is a whole number", () => {
	const shown = [86_400, 172_800, 43_200, 5400, 90].map((seconds) => duration(seconds, en));
	assert.deepEqual(shown, ["1 day", "2 days", "12 hours", "90 minutes", "90 seconds"]);
	assert.equal(duration(86_400, createI18n({ locale: "zh-CN", words: {} })), "1天");
});
