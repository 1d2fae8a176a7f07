// Pictures for print: vectors, in place, and with every text escaped.
import assert from "node:assert/strict";
import test from "node:test";
import { boundaryPicture, crossings } from "../../../static/js/models/boundary-picture.js";
import { chartPicture } from "../../../static/js/models/chart-picture.js";
import { networkPicture } from "../../../static/js/models/network-picture.js";
import { escaped } from "../../../static/js/models/svg-text.js";

const i18n = /** @type {I18n} */ (/** @type {unknown} */ ({ t: (/** @type {string} */ key) => key, number: String, has: () => false }));
const EVIL = `"'><script>alert(1)</script>&\u0000\uD800`;

/** How many elements of a kind a picture has. @param {Picture} picture @param {string} tag */
const count = ({ svg }, tag) => svg.split(`<${tag} `).length - 1;

test("a text is no markup and has no character that XML forbids", () => {
	assert.equal(escaped(EVIL), "&quot;&apos;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\uFFFD\uFFFD");
	assert.equal(escaped("我的網路 😀"), "我的網路 😀");
});

test("the chart is a line for each loss, from the first epoch to the last", () => {
	const made = chartPicture({ epoch: [0, 1, 2], train_loss: [1, 0.5, 0.25], test_loss: [1, 0.6, 0.5] }, i18n, EVIL);
	assert.equal(count(made, "path"), 2);
	assert.match(made.svg, /M72\.0 56\.0L424\.0 \d/);
	assert.ok(!made.svg.includes("<script>") && !made.svg.includes("<image"));
});

test("a chart of epoch 0 alone, and of losses of 0, is drawn as well", () => {
	assert.ok(!chartPicture({ epoch: [0], train_loss: [0], test_loss: [0] }, i18n, "x").svg.includes("NaN"));
});

test("the network has a line for each weight and a square for each neuron", () => {
	const layers = [{ weights: [[1, -2, 0.5], [0, 1, 1]], biases: [0.1, 0, -0.1] }, { weights: [[1], [-1], [0]], biases: [0] }];
	const made = networkPicture({ shape: [2, 3, 1], layers, inputs: ["x₁", EVIL], captions: ["", "tanh", "out"] }, EVIL);
	assert.equal(count(made, "line"), 9);
	assert.equal(count(made, "rect"), 1 + 6);
	assert.ok(!made.svg.includes("<script>") && !made.svg.includes("NaN"));
});

test("between maps of images there is one line, as their weights are no neurons'", () => {
	const layers = [{ weights: Array.from({ length: 9 }, () => [1, 1]), biases: [0, 0] }, { weights: [[1], [1]], biases: [0] }];
	assert.equal(count(networkPicture({ shape: [64, 2, 1], layers, inputs: [], captions: ["", "", ""] }, "x"), "line"), 1 + 2);
});

test("the decision line runs where values cross the level", () => {
	const across = crossings([[0, 1], [0, 1]], 0.25);
	assert.deepEqual(across, [[[0.25, 0], [0.25, 1]]]);
	assert.equal(crossings([[0, 1], [1, 0]], 0.5).length, 2);
	assert.deepEqual(crossings([[1, 1], [1, 1]], 0.5), []);
});

test("the boundary is a bitmap with points, axes and line as vectors, in the units of one's own columns", () => {
	const column = { name: EVIL, offset: 10, factor: 2 };
	const made = boundaryPicture(
		{
			config: { problem: "classification", data_columns: { x1: column, x2: column } },
			points: { train: [[0, 0, 1], [1, 1, -1], [50, 0, 1]], test: [[2, 2, 1]] },
			image: "data:image/png;base64,AA==",
			values: [[-1, 1], [-1, 1]],
			level: 0,
		},
		i18n,
		"x",
	);
	assert.equal(count(made, "image"), 1);
	assert.equal(count(made, "circle"), 3); // one lies outside
	assert.equal(count(made, "path"), 1);
	assert.ok(made.svg.includes(">13</text>")); // 6 on the plane
	assert.ok(!made.svg.includes("<script>"));
});
