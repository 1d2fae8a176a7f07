// Links of set-ups that earlier versions handed out, in the article below the lab: they keep working.
import assert from "node:assert/strict";
import test from "node:test";
import { loadCodes, parseHash } from "../../../static/js/link/url.js";
import { FULL_IMAGE_START } from "../../../static/js/images/start.js";
import { encodeLayers } from "../../../static/js/link/layer-code.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();
await loadCodes("layers=");

const HANDED_OUT = [
	{ name: "clouds", hash: "#activation=tanh&dataset=gauss&networkShape=&speed=5" },
	{ name: "circle", hash: "#activation=sigmoid&dataset=circle&networkShape=2&speed=250" },
	{ name: "activations", hash: "#activation=sigmoid&dataset=circle&networkShape=3" },
	{ name: "xor", hash: "#activation=tanh&dataset=xor&networkShape=" },
	{ name: "product", hash: "#activation=tanh&dataset=xor&networkShape=&xTimesY=true" },
	{ name: "hidden", hash: "#activation=relu&dataset=xor&networkShape=3" },
	{ name: "vanishing", hash: "#activation=sigmoid&dataset=spiral&networkShape=8,8,8&speed=max" },
	{ name: "deep", hash: "#activation=sigmoid&dataset=circle&networkShape=8,8,8,8,8,8&learningRate=0.1&speed=60" },
	{ name: "residual", hash: "#activation=sigmoid&dataset=circle&networkShape=8,8,8,8,8,8&learningRate=0.1&residual=1,1,1,1,1,1&speed=60" },
	{
		name: "sevenInputs",
		hash: "#activation=sigmoid&dataset=spiral&networkShape=8,8,8,8,8,8&learningRate=0.1&batchSize=30" +
			"&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true&speed=60",
	},
	{ name: "spiral", hash: "#activation=relu&dataset=spiral&networkShape=8,8,8&dataSeed=2&weightsSeed=6&speed=250" },
	{
		name: "rate",
		hash:
			"#activation=linear&problem=regression&regDataset=reg-plane&networkShape=&learningRate=0.3&batchSize=30&dataSeed=1&weightsSeed=1&logScale=true&speed=5",
	},
	{
		name: "overfitting",
		hash: "#activation=tanh&dataset=gauss&networkShape=8,8&noise=50&percTrainData=10&learningRate=0.1&dataSeed=1&weightsSeed=1" +
			"&showTestData=true&logScale=true&speed=60",
	},
	{
		name: "classes",
		hash: "#activation=tanh&problem=multiclass&classDataset=spirals&classes=8&networkShape=8,8&learningRate=0.01&optimizer=adam&speed=25",
	},
	{
		name: "digits",
		hash: "#problem=images&layers=conv-8,max_pool,conv-16,max_pool,dense-32&activation=relu&optimizer=adam&learningRate=0.003" +
			"&batchSize=32&percTrainData=80&initializer=he_uniform&speed=5",
	},
	{ name: "momentum", hash: "#activation=tanh&dataset=circle&networkShape=4,2&learningRate=0.1&batchSize=250&speed=60" },
	{ name: "step", hash: "#activation=step&dataset=circle&networkShape=8&speed=60" },
	{ name: "dead", hash: "#activation=relu&dataset=circle&networkShape=8&initializer=small_normal&initialBias=-0.2&speed=250" },
	{ name: "zeros", hash: "#activation=tanh&dataset=circle&networkShape=4,2&initZero=true" },
];

test("every link is read without a remainder, and hides nothing", () => {
	for (const { name, hash } of HANDED_OUT) {
		const { config, hidden, hideText, problems } = parseHash(hash, catalogue);
		assert.deepEqual(problems, [], name);
		assert.ok((config.hidden_layers ?? config.layers) && config.activation, name);
		assert.equal(hidden.size, 0, name);
		assert.equal(hideText, false, name);
	}
});

test("each sets up what it did", () => {
	const set = Object.fromEntries(HANDED_OUT.map(({ name, hash }) => [name, parseHash(hash, catalogue).config]));
	assert.deepEqual([set.clouds.dataset, set.clouds.hidden_layers], ["gaussian", []]);
	assert.deepEqual([set.circle.dataset, set.circle.hidden_layers, set.circle.activation], ["circle", [2], "sigmoid"]);
	assert.deepEqual(set.product.features, ["x1", "x2", "x1_x2"]);
	assert.deepEqual([set.classes.classes, set.classes.dataset, set.classes.optimizer], [8, "spirals", "adam"]);
	assert.deepEqual([set.dead.activation, set.dead.initializer, set.dead.initial_bias], ["relu", "small_normal", -0.2]);
	assert.deepEqual([set.rate.problem, set.rate.hidden_layers, set.rate.learning_rate], ["regression", [], 0.3]);
	assert.deepEqual(set.residual.residual, Array(6).fill(1));
	assert.equal(set.sevenInputs.features.length, 7);
	const { problem, layers, ...settings } = set.digits;
	assert.equal(problem, "images");
	for (const [field, value] of Object.entries(settings)) {
		assert.deepEqual(value, /** @type {Record<string, unknown>} */ (FULL_IMAGE_START)[field], field);
	}
	assert.equal(encodeLayers(layers), encodeLayers(FULL_IMAGE_START.layers));
});
