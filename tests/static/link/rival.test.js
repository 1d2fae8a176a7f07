import assert from "node:assert/strict";
import test from "node:test";
import { readRival, rivalPart } from "../../../static/js/link/rival.js";
import { formatHash, parseHash } from "../../../static/js/link/url.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();
const usual = /** @type {any} */ (Object.fromEntries(Object.entries(catalogue.fields).map(([name, field]) => [name, field.default])));
const { display } = parseHash("", catalogue);
const read = (/** @type {string} */ hash) => readRival(hash, catalogue);
/** A link to a race. @param {object} own settings of the training @param {object} changes of the rival */
const link = (own, changes) => {
	const config = { ...usual, ...own };
	return formatHash({ config, display }, catalogue) + rivalPart(config, { ...config, ...changes }, catalogue);
};

test("a link without a rival names none, and neither does a training without one", () => {
	assert.deepEqual(read("#activation=relu"), { race: null, problems: [] });
	assert.equal(rivalPart(usual, undefined, catalogue), "");
});

test("a link tells what differs, so that a person can read it", () => {
	assert.match(link({}, { activation: "relu", learning_rate: 0.1 }), /&rival=activation:relu;learningRate:0\.1$/);
	assert.match(link({}, {}), /&rival=$/);
});

const CHANGES = [
	{},
	{ activation: "relu" },
	{ hidden_layers: [8, 8], batch_size: 30, learning_rate: 0.1 },
	{ hidden_layers: [] },
	{ features: ["x1", "x1_squared"] },
	{ regularization: "l1", regularization_rate: 0.01 },
	{ optimizer: "adam", initializer: "he_uniform", initial_bias: 0 },
	{ initializer: "zeros", initial_bias: 0 },
	{ weights_seed: 7 },
];

/** What the server sets by itself with a new initializer is not named. @param {object} changes */
const named = ({ initial_bias: _, ...rest }) => rest;

test("what a link says of a rival is what it was made from, both ways", () => {
	for (const changes of CHANGES) {
		assert.deepEqual(read(link({ data_seed: 1, weights_seed: 2 }, changes)), { race: named(changes), problems: [] });
		const back = Object.fromEntries(Object.keys(changes).map((name) => [name, usual[name]]));
		if ("weights_seed" in changes) continue; // every link has its own
		assert.deepEqual(
			read(link({ data_seed: 1, weights_seed: 2, ...changes }, back)),
			{ race: named(back), problems: [] },
			JSON.stringify(changes),
		);
	}
});

test("what is wrong with a rival is named, and the rest is used", () => {
	const { race, problems } = read("#activation=tanh&noise=0&rival=activation:relu;colour:red;noise:30;learningRate:-1;%zz");
	assert.deepEqual(race, { activation: "relu" });
	assert.deepEqual(problems.map(({ key }) => key), ["rival", "rival", "rival", "rival"]);
	assert.match(problems.map(({ value }) => value).join(), /colour:red.*learningRate:-1.*noise:30|noise:30/);
});

test("faults of the link itself are not the rival's", () => {
	assert.deepEqual(read("#colour=red&rival=activation:relu"), { race: { activation: "relu" }, problems: [] });
});
