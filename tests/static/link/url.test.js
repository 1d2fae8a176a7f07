import assert from "node:assert/strict";
import test from "node:test";
import { choicesOf, defaultOf, isRelevant, SETTINGS } from "../../../static/js/settings/fields.js";
import { decodePoints, encodePoints } from "../../../static/js/link/point-code.js";
import { formatHash as format, HIDABLE, loadCodes, parseHash } from "../../../static/js/link/url.js";
import { facts } from "../support/facts.js";
import { createRandom } from "../support/random.js";

const { catalogue } = facts();
await loadCodes("points=");
const parse = (/** @type {string} */ hash) => parseHash(hash, catalogue);
const formatHash = (/** @type {any} */ state) => format(state, catalogue);
const DEFAULT_DISPLAY = { showTrain: true, showTest: false, discretize: false, decisionLine: true, logScale: false };
const NOTHING = {
	config: {},
	display: DEFAULT_DISPLAY,
	stopAt: null,
	stopWhen: null,
	hidden: new Set(),
	hideText: false,
	embed: false,
	otherDatasets: {},
	problems: [],
};

/** Every key as the original itself writes it. */
const ORIGINAL = "#activation=sigmoid&regularization=L1&batchSize=15&dataset=spiral&regDataset=reg-gauss&learningRate=0.1" +
	"&regularizationRate=0.003&noise=20&networkShape=6,3&seed=0.55617&showTestData=true&discretize=true" +
	"&percTrainData=70&x=true&y=false&xTimesY=true&xSquared=true&ySquared=false&cosX=false&sinX=true&cosY=false" +
	"&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false&tutorial=dl";

test("an empty hash names nothing", () => {
	for (const hash of ["", "#", "#&&", "#  "]) assert.deepEqual(parse(hash), NOTHING);
});

test("a link of the original gives the same set-up", () => {
	const { config, display, otherDatasets, problems } = parse(ORIGINAL);
	const { data_seed: dataSeed, weights_seed: weightsSeed, ...rest } = config;
	assert.deepEqual(rest, {
		activation: "sigmoid",
		regularization: "l1",
		batch_size: 15,
		problem: "classification",
		dataset: "spiral",
		learning_rate: 0.1,
		regularization_rate: 0.003,
		noise: 20,
		hidden_layers: [6, 3],
		train_percent: 70,
		features: ["x1", "x1_squared", "x1_x2", "sin_x1"],
		initializer: "uniform",
	});
	assert.notEqual(dataSeed, weightsSeed);
	assert.deepEqual(display, { ...DEFAULT_DISPLAY, showTest: true, discretize: true });
	assert.deepEqual(otherDatasets, { regression: "multi-gaussian" });
	assert.deepEqual(problems, []);
});

test("what the original leaves out of a link has the same default here", () => {
	const { fields } = catalogue;
	const originals = {
		activation: "tanh",
		regularization: "none",
		batch_size: 10,
		dataset: "circle",
		learning_rate: 0.03,
		regularization_rate: 0,
		noise: 0,
		hidden_layers: [4, 2],
		train_percent: 50,
		features: ["x1", "x2"],
		problem: "classification",
		output_activation: "tanh",
		initializer: "uniform",
	};
	for (const [name, value] of Object.entries(originals)) assert.deepEqual(fields[name].default, value, name);
	assert.equal(Object.keys(catalogue.datasets).find((name) => catalogue.datasets[name].problems.includes("regression")), "plane");
});

test("the problem type selects the dataset, and the other one is kept", () => {
	const regression = parse("#problem=regression&dataset=xor&regDataset=reg-gauss");
	assert.deepEqual(regression.config, { problem: "regression", dataset: "multi-gaussian" });
	assert.deepEqual(regression.otherDatasets, { classification: "xor" });
	const hash = formatHash({ ...regression });
	assert.match(hash, /dataset=xor&regDataset=reg-gauss/);
	assert.match(hash, /problem=regression/);
});

test("a dataset of another problem is refused with the link that has it", () => {
	const refused = (/** @type {string} */ link) => parse(link).problems;
	const kind = "otherProblem";
	assert.deepEqual(refused("#problem=regression&dataset=elnino"), [
		{ key: "dataset", value: "elnino", kind, problem: "regression", link: "problem=regression&regDataset=elnino" },
	]);
	assert.equal(refused("#dataset=plane")[0].link, "problem=regression&regDataset=reg-plane");
	assert.equal(refused("#problem=regression&regDataset=gauss")[0].link, "problem=classification&dataset=gauss");
	assert.equal(refused("#dataset=blobs")[0].problem, "multiclass");
	assert.deepEqual(refused("#dataset=constructor"), [{ key: "dataset", value: "constructor" }]);
});

test("each problem type keeps its dataset", () => {
	const link = "#problem=multiclass&dataset=spiral&regDataset=curve&classDataset=spirals&classes=8";
	const { config, otherDatasets, problems } = parse(link);
	assert.deepEqual(config, { problem: "multiclass", dataset: "spirals", classes: 8 });
	assert.deepEqual(otherDatasets, { classification: "spiral", regression: "curve" });
	assert.deepEqual(problems, []);
	assert.match(formatHash({ config, display: DEFAULT_DISPLAY, otherDatasets }), /&dataset=spiral&regDataset=curve&classDataset=spirals&/);
});

test("what depends on other settings follows those of the link", () => {
	assert.deepEqual(parse("#outputActivation=sigmoid&loss=cross_entropy").config, { output_activation: "sigmoid", loss: "cross_entropy" });
	assert.deepEqual(parse("#problem=regression&loss=huber&huberDelta=1").config, { problem: "regression", loss: "huber", huber_delta: 1 });
	assert.deepEqual(parse("#loss=cross_entropy").problems, [{ key: "loss", value: "cross_entropy" }]);
	assert.deepEqual(parse("#networkShape=3,3,3&activations=relu,tanh,step&dropout=0,.5,0.2").config, {
		hidden_layers: [3, 3, 3],
		layer_activations: ["relu", "tanh", "step"],
		dropout: [0, 0.5, 0.2],
	});
	assert.deepEqual(parse("#activations=relu,tanh").config, { layer_activations: ["relu", "tanh"] });
	const bias = (/** @type {string} */ initializer, /** @type {number} */ initialBias) =>
		formatHash({ config: { initializer, initial_bias: initialBias }, display: DEFAULT_DISPLAY });
	assert.doesNotMatch(bias("uniform", 0.1), /initialBias/);
	assert.match(bias("uniform", 0), /initialBias=0&?/);
	assert.doesNotMatch(bias("zeros", 0), /initialBias/);
	assert.match(bias("he_normal", 0.1), /initializer=he_normal&initialBias=0.1/);
});

test("a setting without an effect is not written", () => {
	const config = { optimizer: "sgd", momentum: 0.5, schedule: "constant", schedule_epochs: 7, huber_delta: 1, l1_ratio: 0.1, classes: 8 };
	const plain = formatHash({ config: {}, display: DEFAULT_DISPLAY });
	assert.equal(formatHash({ config, display: DEFAULT_DISPLAY }), plain);
	const more = formatHash({
		config: { ...config, optimizer: "momentum", schedule: "step", regularization: "elastic_net" },
		display: DEFAULT_DISPLAY,
	});
	assert.match(more, /regularization=elasticNet&.*optimizer=momentum&momentum=0.5&schedule=step&scheduleEpochs=7&l1Ratio=0.1/);
});

test("given points come with the link, and without them their dataset cannot be", () => {
	const points = [[1, 2, 1], [-3, 0, -1], [6, -6, 1]];
	const hash = formatHash({ config: { dataset: "own", points }, display: DEFAULT_DISPLAY });
	const { config, problems } = parse(hash);
	assert.deepEqual(problems, []);
	assert.equal(config.dataset, "own");
	assert.deepEqual(config.points, decodePoints(encodePoints(points, "classification"), "classification", 3));
	assert.doesNotMatch(formatHash({ config: { dataset: "xor", points }, display: DEFAULT_DISPLAY }), /points/);

	const noisy = formatHash({ config: { dataset: "own", points, points_noise: 15, noise: 30 }, display: DEFAULT_DISPLAY });
	assert.equal(parse(noisy).config.points_noise, 15);
	assert.equal(parse(`${hash}&noise=30`).config.points_noise, undefined, "links of earlier versions leave the points where they are");
	assert.doesNotMatch(hash + formatHash({ config: { dataset: "xor", points_noise: 15 }, display: DEFAULT_DISPLAY }), /ownNoise/);

	for (
		const [link, problem] of [
			["#dataset=own", { key: "dataset", value: "own", kind: "noPoints" }],
			["#dataset=own&points=AAAA", { key: "points", value: "AAAA" }],
			["#problem=multiclass&classDataset=own", { key: "classDataset", value: "own", kind: "noPoints" }],
		]
	) {
		const read = parse(link);
		assert.equal(read.config.dataset, undefined, link);
		assert.deepEqual(read.problems, [problem], link);
	}
});

test("a link with three hundred points is short enough for any messenger", () => {
	const random = createRandom(3);
	for (const problem of ["classification", "multiclass", "regression"]) {
		const target = () =>
			({ classification: random.pick([-1, 1]), multiclass: random.below(8), regression: random.next() * 2 - 1 })[problem];
		const points = Array.from({ length: 300 }, () => [random.next() * 12 - 6, random.next() * 12 - 6, target()]);
		const chosen = { problem, dataset: "own", points, classes: 8, optimizer: "adam", data_seed: 2 ** 32 - 1, weights_seed: 2 ** 32 - 1 };
		const { length } = formatHash({ config: chosen, display: DEFAULT_DISPLAY });
		assert.ok(length < (problem === "regression" ? 2050 : 1800), `${problem}: ${length}`);
	}
});

test("an empty network shape is no hidden layer", () => {
	assert.deepEqual(parse("#networkShape=").config, { hidden_layers: [] });
	assert.deepEqual(parse("#networkShape=8%2C1").config, { hidden_layers: [8, 1] });
	assert.match(formatHash({ config: { hidden_layers: [] }, display: DEFAULT_DISPLAY }), /networkShape=&/);
});

test("zero weights, hidden text, hidden controls, speed", () => {
	const parsed = parse("#initZero=true&hideText=true&playButton_hide=true&xSquared_hide=true&noise_hide=false&speed=2.5");
	assert.deepEqual(parsed.config, { initializer: "zeros" });
	assert.equal(parsed.hideText, true);
	assert.deepEqual([...parsed.hidden], ["playButton", "xSquared"]);
	assert.equal(parsed.speed, 2.5);
	assert.equal(parse("#speed=max").speed, null);
	assert.deepEqual(parsed.problems, []);
});

test("any text is a seed, always the same, for what has no number of its own", () => {
	const one = parse("#seed=0.55617").config;
	assert.deepEqual(one, { data_seed: 3908050471, weights_seed: 3726274516 });
	assert.notDeepEqual(parse("#seed=0.55618").config, one);
	assert.equal(parse(`#seed=${encodeURIComponent("班级一")}`).problems.length, 0);
	assert.deepEqual(parse("#seed=0.55617&dataSeed=5").config, { ...one, data_seed: 5 });
});

test("what is out of bounds, of a wrong kind or unknown is named, and its default is used", () => {
	const cases = {
		activation: ["magic", "RELU", "toString", "__proto__"],
		regularization: ["L3"],
		dataset: ["plane", "reg-plane", "spirals"],
		regDataset: ["circle"],
		problem: ["both"],
		batchSize: ["0", "1.5", "99999", "-3", "ten"],
		learningRate: ["NaN", "0", "-1", "1e9", "Infinity", "0x10", "1e", "3 4"],
		regularizationRate: ["-0.1", "101"],
		noise: ["81", "-3"],
		percTrainData: ["0", "95", "50.5"],
		networkShape: ["65", "4,99", "0", "1" + ",1".repeat(16), "4,,2", "4,2,", "-1", "two", "1.5", "1e1"],
		classDataset: ["circle"],
		outputActivation: ["relu", "linear", "softmax"],
		loss: ["huber", "cross_entropy", "squared"],
		huberDelta: ["0", "11"],
		activations: ["relu", "relu,tanh,relu", "relu,magic", "toString,relu"],
		optimizer: ["ADAM", "sgd+"],
		momentum: ["1", "-0.1"],
		epsilon: ["0"],
		schedule: ["slow"],
		scheduleEpochs: ["0", "1.5"],
		scheduleFactor: ["0", "2"],
		gradientClip: ["-1", "1001"],
		initializer: ["ones"],
		initialBias: ["11"],
		dropout: ["0.2", "0.2,0.95", "0.1,x", "0.1,-0.1"],
		inputScaling: ["true"],
		classes: ["1", "9", "2.5"],
		points: ["x", "AAAAAAAAAA=", "AAAAA"],
		dataSeed: ["-1", "4294967296", "abc", "1.5"],
		weightsSeed: ["true"],
		x: ["maybe", "1"],
		initZero: ["yes"],
		showTestData: ["on"],
		hideText: ["1"],
		noise_hide: ["yes"],
		wings_hide: ["true"],
		speed: ["0", "-1", "fast", "1e6"],
		stopAt: ["0", "-1", "1.5", "never", "1e10"],
		stopTestLoss: ["-1", "low"],
		stopTrainAccuracy: ["1.5", "most"],
		wings: ["2"],
		constructor: ["1"],
		__proto__x: ["1"],
	};
	for (const [key, values] of Object.entries(cases)) {
		for (const value of values) {
			const parsed = parse(`#${key}=${value}`);
			assert.deepEqual(parsed.problems.map((each) => [each.key, each.value]), [[key, value]], `${key}=${value}`);
			const features = key === "x" ? { features: ["x1", "x2"] } : {};
			assert.deepEqual({ ...parsed, problems: [] }, { ...NOTHING, config: features }, `${key}=${value}`);
		}
	}
});

test("what is wrong with one key leaves the others alone", () => {
	const { config, problems } = parse("#activation=magic&noise=15&%E0%A4%A=1&learningRate=0.1&broken");
	assert.deepEqual(config, { noise: 15, learning_rate: 0.1 });
	assert.deepEqual(problems, [
		{ key: "%E0%A4%A=1", value: "" },
		{ key: "broken", value: "" },
		{ key: "activation", value: "magic" },
	]);
});

test("a key with two values is named, one that repeats itself is not", () => {
	const { config, problems } = parse("#noise=5&noise=10&noise=15&batchSize=3&batchSize=3");
	assert.deepEqual(config, { batch_size: 3 });
	assert.deepEqual(problems, [{ key: "noise", value: "10" }]);
});

test("a link stops at one loss or accuracy", () => {
	const { stopWhen, problems } = parse("#stopTestLoss=0.05&stopTrainAccuracy=0.9");
	assert.deepEqual(stopWhen, { measure: "test_loss", value: 0.05 });
	assert.deepEqual(problems, [{ key: "stopTrainAccuracy", value: "0.9" }]);
});

test("at least one input is on", () => {
	const { config, problems } = parse("#x=false&y=false");
	assert.deepEqual(config, {});
	assert.deepEqual(problems, [{ key: "x=false&y=false", value: "", kind: "noInputs" }]);
	assert.deepEqual(parse("#x=false&y=false&sinX=true").config, { features: ["sin_x1"] });
});

test("the original's keys without a meaning here are ignored in silence", () => {
	assert.deepEqual(parse("#tutorial=dl&collectStats=true"), NOTHING);
	assert.deepEqual(parse("#goalTrainLossMaxThreshold=0.1&goalTestLossMaxThreshold=&goalNeurons_hide=true"), NOTHING);
});

test("links that a forum has escaped work", () => {
	assert.deepEqual(parse("#noise=5&amp;batchSize=3").config, { noise: 5, batch_size: 3 });
	const read = { regularization: "l1", problem: "regression", dataset: "multi-gaussian", regularization_rate: 0.1 };
	for (const reg of ["&reg", "®", "%C2%AE", "%c2%ae"]) {
		const parsed = parse(`#problem=regression${reg}ularization=L1${reg}Dataset=reg-gauss${reg}ularizationRate=0.1`);
		assert.deepEqual([parsed.config, parsed.problems], [read, []]);
	}
});

test("a network that is larger than the page offers opens as it is, and its link says so", () => {
	for (const hidden_layers of [[12, 64], Array(16).fill(3)]) {
		const hash = formatHash({ config: { hidden_layers }, display: DEFAULT_DISPLAY });
		assert.deepEqual([parse(hash).config.hidden_layers, parse(hash).problems], [hidden_layers, []]);
	}
});

test("an activation that is left alone when layers are removed is the link's activation", () => {
	const link = (/** @type {object} */ config) =>
		parse(formatHash({ config: { activation: "tanh", ...config }, display: DEFAULT_DISPLAY })).config;
	const { activation, layer_activations } = link({ hidden_layers: [4], layer_activations: ["relu"] });
	assert.deepEqual([activation, layer_activations], ["relu", undefined]);
	const mixed = link({ hidden_layers: [4, 2], layer_activations: ["relu", "sine"] });
	assert.deepEqual([mixed.activation, mixed.layer_activations], ["tanh", ["relu", "sine"]]);
});

test("a million characters of nonsense break nothing and are named in few words", () => {
	const random = createRandom(5);
	const any = Array.from({ length: 1e6 }, () => String.fromCharCode(32 + random.below(95))).join("");
	for (const hash of [any, "a&".repeat(5e5), "%".repeat(1e6), `networkShape=${"1,".repeat(5e5)}`, `noise=${"9".repeat(1e6)}`]) {
		const { problems, config } = parse(`#${hash}`);
		assert.deepEqual(config, {});
		assert.ok(problems.length > 0 && problems.length <= 20);
		for (const { key, value } of problems) assert.ok(key.length <= 41 && value.length <= 41);
	}
});

/** Any value of a setting. @param {ReturnType<typeof createRandom>} random @param {any} setting @param {any} known */
function anyValue(random, setting, known) {
	const { field, kind } = setting;
	const { choices, offered, type, minimum, maximum, items, default: usual } = catalogue.fields[field];
	if (kind === "choice") return random.pick(choicesOf(setting, known, catalogue));
	if (kind === "number") {
		if (type !== "integer") return random.pick([...offered.values, minimum, maximum, usual]);
		return minimum + random.below(Math.min(maximum - minimum + 1, 2 ** 31));
	}
	const one = (/** @type {unknown} */ _, /** @type {number} */ layer) => {
		if (kind === "blocks") return random.below(layer + 2);
		return kind === "choices" ? random.pick(choices) : random.pick([0, 0.25, items.maximum]);
	};
	const any = random.flip() ? known.hidden_layers.map(one) : [];
	return any.some((/** @type {unknown} */ each) => each !== 0 && each !== "none") ? any : [];
}

/** Any state that the page can be in; what has no effect is as usual. @param {ReturnType<typeof createRandom>} random */
function anyState(random) {
	const { fields } = catalogue;
	const problem = random.pick(fields.problem.choices);
	const names = Object.keys(catalogue.datasets).filter((name) => name !== "own");
	const of = (/** @type {string} */ kind) => names.filter((name) => catalogue.datasets[name].problems.includes(kind));
	const features = catalogue.features.filter(() => random.flip());
	/** @type {Record<string, any>} */
	const config = {
		problem,
		dataset: random.pick(of(problem)),
		noise: random.pick([0, 5, 12.5, 50, 80]),
		train_percent: 10 + random.below(81),
		features: features.length > 0 ? features : ["x2"],
		hidden_layers: Array.from({ length: random.below(7) }, () => 1 + random.below(8)),
		activation: random.pick(fields.activation.choices),
		learning_rate: random.pick([...fields.learning_rate.offered.values, 0.05, 1.2, 1e-7, 100]),
		batch_size: 1 + random.below(10_000),
		regularization: random.pick(fields.regularization.choices),
		regularization_rate: random.pick([...fields.regularization_rate.offered.values, 0.0007]),
	};
	for (const setting of SETTINGS) config[setting.field] = anyValue(random, setting, config);
	for (const setting of SETTINGS) {
		if (!isRelevant(setting, config, catalogue)) config[setting.field] = defaultOf(setting, config, catalogue);
	}
	const others = fields.problem.choices.filter((/** @type {string} */ kind) => ![problem, "images"].includes(kind) && random.flip());
	return {
		config,
		display: Object.fromEntries(Object.keys(DEFAULT_DISPLAY).map((name) => [name, random.flip()])),
		speed: random.pick([2, 0.5, 60, 250, null]),
		stopAt: random.pick([null, 1, 200]),
		stopWhen: random.pick([null, { measure: "test_loss", value: 0.05 }, { measure: "train_accuracy", value: 0.975 }]),
		hidden: new Set(HIDABLE.filter(() => random.below(8) === 0)),
		hideText: random.flip(),
		embed: random.flip(),
		otherDatasets: Object.fromEntries(others.map((/** @type {string} */ kind) => [kind, random.pick(of(kind))])),
	};
}

test("a hash opens exactly the state that it was written from", () => {
	const random = createRandom(2024);
	for (let round = 0; round < 1000; round += 1) {
		const state = anyState(random);
		const { config, problems, speed = 60, ...rest } = parse(formatHash(state));
		assert.deepEqual(problems, []);
		const usual = { train_percent: 50, regularization: "none", problem: "classification", ...config };
		for (const setting of SETTINGS) {
			const known = { ...usual };
			usual[setting.field] ??= defaultOf(setting, known, catalogue);
		}
		if (usual.problem === "images") usual.dataset = "digits"; // the only one: links do not name it
		assert.deepEqual(usual, state.config);
		const { stopAt, stopWhen, display, hidden, hideText, embed, otherDatasets } = state;
		assert.deepEqual({ speed, ...rest }, { speed: state.speed, stopAt, stopWhen, display, hidden, hideText, embed, otherDatasets });
	}
});

test("writing what was read gives the same hash again", () => {
	const random = createRandom(7);
	for (let round = 0; round < 200; round += 1) {
		const hash = formatHash(anyState(random));
		assert.equal(formatHash(parse(hash)), hash);
		assert.doesNotMatch(hash, /undefined|NaN|null|\s/);
	}
});

test("before the server has answered a hash can be written too", () => {
	assert.equal(
		formatHash({ config: {}, display: DEFAULT_DISPLAY }),
		"#activation=tanh&batchSize=10&learningRate=0.03&regularizationRate=0&noise=0&networkShape=4,2&x=true&y=true",
	);
});

test("normalizations and residual connections have a value for each layer, and a block has no more layers than there are", () => {
	const link = "#networkShape=4,4,4&normalization=none,batch_norm,layer_norm_before&residual=0,2,0";
	const { config, problems } = parse(link);
	assert.deepEqual(problems, []);
	assert.deepEqual(config.normalization, ["none", "batch_norm", "layer_norm_before"]);
	assert.deepEqual(config.residual, [0, 2, 0]);
	for (const wrong of ["residual=2,0,0", "residual=0,1.5,0", "residual=1", "normalization=batch,none,none"]) {
		const read = parse(`#networkShape=4,4,4&${wrong}`);
		assert.deepEqual(read.problems.map(({ key }) => key), [wrong.split("=")[0]]);
		assert.deepEqual(read.config, { hidden_layers: [4, 4, 4] });
	}
});

test("a link carries layers of all kinds and digits drawn by hand", () => {
	const layers = [{ kind: "conv", filters: 8, size: 3, stride: 1, padding: "same", activation: null }, { kind: "flatten" }];
	const drawings = [{ label: 7, pixels: Array.from({ length: 64 }, (_, at) => at % 17), use: "test" }];
	const state = { config: { problem: "images", hidden_layers: [], layers, drawings }, display: DEFAULT_DISPLAY };
	const hash = formatHash(state);
	assert.match(hash, /&problem=images&layers=conv-8,flatten&drawings=7b0123456789abcdefg/);
	const { config, problems } = parse(hash);
	assert.deepEqual(problems, []);
	assert.deepEqual(config.layers, [{ kind: "conv", filters: 8 }, { kind: "flatten" }]);
	assert.deepEqual(config.drawings, drawings);
	assert.equal("hidden_layers" in config, false);
});

test("layers and drawings that cannot be read are named, and the rest is kept", () => {
	const { config, problems } = parse("#problem=images&layers=conv-8,cone-3&drawings=7a12&batchSize=20");
	assert.deepEqual(problems.map(({ key }) => key).sort(), ["drawings", "layers"]);
	assert.deepEqual(config, { problem: "images", batch_size: 20 });
});

test("a short link to handwriting begins as the page does, and one that the page wrote says everything", () => {
	const start = { problem: "images", activation: "relu", optimizer: "adam", learning_rate: 0.003, batch_size: 32, train_percent: 80 };
	assert.deepEqual(parse("#problem=images").config, { ...start, initializer: "he_uniform" });
	assert.deepEqual(parse("#problem=images&percTrainData=50&optimizer=sgd").config, {
		...start,
		train_percent: 50,
		optimizer: "sgd",
		initializer: "he_uniform",
	});
	assert.deepEqual(parse("#problem=images&activation=tanh&batchSize=10&learningRate=0.03").config, {
		problem: "images",
		activation: "tanh",
		batch_size: 10,
		learning_rate: 0.03,
	});
});

test("a link carries the columns of custom points along with them", () => {
	const column = (/** @type {string} */ name) => ({ name, offset: 2.5, factor: 3 });
	const data_columns = { x1: column("petal length"), x2: column("长度, cm"), target: null, classes: ["a", "b & c"] };
	const points = [[0, 1, 1], [2, 3, -1]];
	const hash = formatHash({ config: { dataset: "own", points, data_columns }, display: DEFAULT_DISPLAY });
	const { config, problems } = parse(hash);
	assert.deepEqual(problems, []);
	assert.deepEqual(config.data_columns, data_columns);
	assert.equal("data_columns" in parse(hash.replace("dataset=own", "dataset=xor")).config, false);
	assert.deepEqual(parse(hash.replace("2.5", "much")).problems.map(({ key }) => key), ["columns"]);
});
