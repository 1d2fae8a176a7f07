// Pictures for print: vectors, in place, with keys and units, and with every text escaped.
import assert from "node:assert/strict";
import test from "node:test";
import { ticksBetween, tickTexts } from "../../../static/js/models/axis.js";
import { boundaryPicture, contourSegments } from "../../../static/js/models/boundary-picture.js";
import { chartPicture } from "../../../static/js/models/chart-picture.js";
import { setUpTexts } from "../../../static/js/models/heading.js";
import { networkPicture } from "../../../static/js/models/network-picture.js";
import { escapeXml } from "../../../static/js/models/svg-text.js";
import { truncate, widthOf, wrapList, wrapText } from "../../../static/js/models/text-size.js";
import { createI18n } from "../../../static/js/ui/i18n.js";
import { readFileSync } from "node:fs";

const wordsOf = (/** @type {string} */ locale) =>
	JSON.parse(readFileSync(new URL(`../../../static/i18n/${locale}.json`, import.meta.url), "utf-8"));
const i18nOf = (/** @type {string} */ locale) => createI18n({ locale, words: wordsOf(locale) });
const i18n = i18nOf("en");
const EVIL = `"'><script>alert(1)</script>&\u0000\uD800`;
const OPTIONS = { i18n, name: EVIL, setUp: ["Circle", EVIL] };
const SCALE = { low: -1, high: 1, beyondLow: false, beyondHigh: false, line: 0 };

/** How many elements of a kind a picture has. @param {Picture} picture @param {string} tag */
const count = ({ svg }, tag) => svg.split(`<${tag} `).length - 1;

/** The texts of a picture. @param {Picture} picture */
const textsOf = ({ svg }) => [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text);

test("a text is no markup and has no character that XML forbids", () => {
	assert.equal(escapeXml(EVIL), "&quot;&apos;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\uFFFD\uFFFD");
	assert.equal(escapeXml("我的網路 😀"), "我的網路 😀");
});

test("a text that has no room is cut off, or goes on in the next line", () => {
	assert.equal(truncate("short", 100, 16), "short");
	const cut = truncate("a long name without end", 100, 16);
	assert.ok(cut.endsWith("…") && widthOf(cut, 16) <= 100 && cut.length > 6, cut);
	assert.deepEqual(wrapText("one two three", { room: 66, size: 14 }), ["one two", "three"]);
	assert.deepEqual(wrapText("我的網路很大", { room: 60, size: 14 }), ["我的網路", "很大"]);
	const two = wrapText("one two three four five", { room: 66, size: 14, maxLines: 2 });
	assert.equal(two.length, 2);
	assert.ok(two[1].endsWith("…"));
	assert.deepEqual(wrapList(["Circle", "Epoch: 3", "SGD"], { room: 150, size: 14 }), ["Circle · Epoch: 3", "SGD"]);
	assert.equal(truncate("😀".repeat(9), 50, 10), "😀😀😀😀…"); // no half of a character is left
});

test("numbers of an axis are round, differ, and are as exact as their step", () => {
	const years = { name: "year", offset: 1977, factor: 0.17 };
	assert.deepEqual(ticksBetween(-6, 6, 6, i18n, years).map(({ text }) => text), ["1960", "1980", "2000"]);
	assert.ok(ticksBetween(-6, 6, 6, i18n, years).every(({ at, text }) => Math.abs(at - (Number(text) - 1977) * 0.17) < 1e-9));
	assert.deepEqual(tickTexts([0, 0.0005, 0.001], i18n), ["0.0000", "0.0005", "0.0010"]);
	assert.deepEqual(tickTexts([-5e7, 0, 5e7], i18n), ["−5e7", "0", "5e7"]);
	assert.deepEqual(tickTexts([12_345_678, 12_345_679], i18n), ["1.2345678e7", "1.2345679e7"]);
	for (const factor of [1e-9, 3e-5, 0.7, 42, 1e5, 1e12]) {
		for (const offset of [0, 1e-8, 17, -3e6, 1e9]) {
			const texts = ticksBetween(-6, 6, 6, i18n, { name: "", offset, factor }).map(({ text }) => text);
			assert.equal(new Set(texts).size, texts.length, `${factor} ${offset}: ${texts}`);
		}
	}
});

test("the set-up tells what was trained, how, and how far", () => {
	const config = /** @type {any} */ ({
		...{ problem: "classification", dataset: "circle", noise: 10, layers: [], layer_activations: [], activation: "relu" },
		...{ output_activation: "tanh", loss: "squared_error", optimizer: "adam", learning_rate: 0.03, batch_size: 10 },
		...{ regularization: "l2", regularization_rate: 0.001 },
	});
	const metrics = { epoch: 1234, train_loss: 0.25, test_loss: 0.5, test_accuracy: 0.975 };
	const told = setUpTexts({ config, shape: [2, 4, 1], custom_data: false, metrics }, i18n).join("; ");
	assert.equal(
		told,
		"Circle; Noise: 10; Network: 2–4–1; Activation: ReLU; Output activation: Tanh; Loss: Squared error; Adam; Learning rate: 0.03; " +
			"Batch size: 10; L2: 0.001; Epoch: 1,234; Training loss: 0.250; Test loss: 0.500; Test accuracy: 97.5%",
	);
	const chinese = setUpTexts({ config, shape: [2, 4, 1], custom_data: false, metrics }, i18nOf("zh-TW")).join("");
	assert.match(chinese, /學習率：0.03/);
});

test("the chart is a line for each loss, from the first epoch to the last, with the measure beside it", () => {
	const made = chartPicture({ epoch: [0, 1, 2], train_loss: [1, 0.5, 0.25], test_loss: [1, 0.6, 0.5] }, "Loss: Huber", OPTIONS);
	assert.equal(count(made, "path"), 2);
	assert.match(made.svg, /M0\.0 0\.0L350\.0 \d/);
	const texts = textsOf(made);
	assert.deepEqual(texts.filter((text) => /^[\d.]+$/.test(text)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0", "0", "1", "2"]);
	assert.ok(texts.includes("Loss: Huber") && texts.includes("Epochs"));
	assert.ok(!made.svg.includes("<script>") && !made.svg.includes("<image"));
});

test("a chart of epoch 0 alone, and of losses of 0, is drawn as well", () => {
	assert.ok(!chartPicture({ epoch: [0], train_loss: [0], test_loss: [0] }, "", OPTIONS).svg.includes("NaN"));
});

test("the network has a line for each weight, a square for each neuron, and a key of both", () => {
	const layers = [{ weights: [[1, -2, 0.5], [0, 1, 1]], biases: [0.1, 0, -0.1] }, { weights: [[1], [-1], [0]], biases: [0] }];
	const data = { layers, inputs: ["x₁", EVIL], outputs: [], captions: ["", "tanh", "out"], notes: [EVIL] };
	const made = networkPicture({ ...data, shape: [2, 3, 1] }, OPTIONS);
	assert.equal(count(made, "line"), 9 + 4 + 1);
	assert.equal(count(made, "rect"), 1 + 6 + 3);
	assert.ok(textsOf(made).includes("−2") && textsOf(made).includes("2"));
	assert.ok(!made.svg.includes("<script>") && !made.svg.includes("NaN"));
});

test("between maps of images there is one line, as their weights are no neurons'", () => {
	const layers = [{ weights: Array.from({ length: 9 }, () => [1, 1]), biases: [0, 0] }, { weights: [[1], [1]], biases: [0] }];
	const data = { layers, inputs: [], outputs: ["0"], captions: ["8 × 8", "", ""], notes: [] };
	assert.equal(count(networkPicture({ ...data, shape: [1, 2, 1] }, OPTIONS), "line"), 1 + 2 + 4 + 1);
});

test("the decision line runs where values cross the level", () => {
	const across = contourSegments([[0, 1], [0, 1]], 0.25);
	assert.deepEqual(across, [[[0.25, 0], [0.25, 1]]]);
	assert.equal(contourSegments([[0, 1], [1, 0]], 0.5).length, 2);
	assert.deepEqual(contourSegments([[1, 1], [1, 1]], 0.5), []);
});

const COLUMN = { name: EVIL, offset: 10, factor: 2 };
const PLANE = {
	columns: null,
	scale: SCALE,
	points: { train: [[0, 0, 1], [1, 1, -1], [50, 0, 1]], test: [[2, 2, 1]] },
	image: "data:image/png;base64,AA==",
	values: [[-1, 1], [-1, 1]],
};
const configOf = (/** @type {string} */ problem) => /** @type {any} */ ({ problem, classes: 3 });

test("the boundary is a bitmap with points, axes and line as vectors, in the units of one's own columns", () => {
	const columns = { x1: COLUMN, x2: COLUMN, target: null, classes: [EVIL, "right & wrong"] };
	const made = boundaryPicture({ ...PLANE, columns, config: configOf("classification") }, OPTIONS);
	assert.equal(count(made, "image"), 1);
	assert.equal(count(made, "circle"), 3 + 2 + 2); // one lies outside; the key has two classes and two kinds of points
	const texts = textsOf(made);
	assert.ok(["8", "10", "12"].every((each) => texts.includes(each)), String(texts)); // from 7 to 13
	assert.ok(texts.includes("right &amp; wrong") && texts.includes("Decision boundary"));
	assert.ok(!made.svg.includes("<script>"));
});

test("numbers that are wide stand further apart below the plane", () => {
	const wide = { name: "g", offset: 1e6, factor: 1e-4 };
	const columns = { x1: wide, x2: wide, target: null, classes: [] };
	const { svg } = boundaryPicture({ ...PLANE, columns, config: configOf("classification") }, OPTIONS);
	const numbers = [...svg.matchAll(/x="([\d.]+)" y="626" text-anchor="middle">([^<]+)</g)];
	assert.ok(numbers.length >= 2);
	for (const [index, [, x, text]] of numbers.slice(1).entries()) {
		assert.ok(Number(x) - Number(numbers[index][1]) > widthOf(text, 16), text);
	}
});

test("the key of colours is in the units of what is predicted, and says where it ends", () => {
	const columns = { x1: COLUMN, x2: COLUMN, target: { name: "°C", offset: 20, factor: 0.1 }, classes: [] };
	const scale = { ...SCALE, beyondLow: true, beyondHigh: true, line: null };
	const texts = textsOf(boundaryPicture({ ...PLANE, columns, scale, values: null, config: configOf("regression") }, OPTIONS));
	assert.ok(["°C", "10", "15", "20", "25", "30", "Beyond the ends the colour"].every((each) => texts.includes(each)), String(texts));
	assert.ok(!texts.includes("Decision boundary"));
});

test("a probability's classes are 0 and 1, and several classes are told by number or by name", () => {
	const half = { ...SCALE, low: 0, line: 0.5 };
	const binary = textsOf(boundaryPicture({ ...PLANE, scale: half, config: configOf("classification") }, OPTIONS));
	assert.ok(binary.includes("Class 0") && binary.includes("Class 1") && binary.includes("0.5"));
	const several = textsOf(boundaryPicture({ ...PLANE, scale: null, values: null, config: configOf("multiclass") }, OPTIONS));
	assert.ok(["Class 0", "Class 1", "Class 2"].every((each) => several.includes(each)));
});

test("Chinese pictures name Chinese fonts, those of their own script first", () => {
	const svg = (/** @type {string} */ locale) =>
		chartPicture({ epoch: [0], train_loss: [1], test_loss: [1] }, "", { ...OPTIONS, i18n: i18nOf(locale) }).svg;
	assert.match(svg("zh-TW"), /xml:lang="zh-TW" font-family="[^"]*PingFang TC[^"]*PingFang SC/);
	assert.match(svg("zh-CN"), /xml:lang="zh-CN" font-family="[^"]*PingFang SC[^"]*PingFang TC/);
});
