// The address's hash: all settings in the grammar of TensorFlow Playground, with additional keys.
import { choicesOf, defaultOf, isChanged, isRelevant, SELECTS, SETTINGS } from "../settings/fields.js";
import { inBounds, layersInBounds } from "../settings/bounds.js";
import { IMAGE_START, isImages } from "../settings/images.js";
import { CUSTOM, STOP_BOUNDS } from "../settings/limits.js";
import { STOP_MEASURES, stopBounds } from "../settings/stop-measures.js";
import { Reader, readNumber } from "./hash.js";

/** The key of each number in a link, and its setting. @type {[string, keyof Config][]} */
const NUMBER_SETTINGS = [
	["batchSize", "batch_size"],
	["learningRate", "learning_rate"],
	["regularizationRate", "regularization_rate"],
	["noise", "noise"],
	["percTrainData", "train_percent"],
	["ownNoise", "points_noise"],
];

/** Reads and writes points, layers and drawings, which few links have. @type {(typeof import("./point-code.js") & typeof import("./layer-code.js")) | null} */
let codes = null;

/**
 * Load the code for rare parts of a link, if the link or the settings have any. Never rejects; without the code, those parts are left out.
 * @param {string | Partial<Config> | undefined} linkOrConfig
 */
export async function loadCodes(linkOrConfig) {
	const needed = typeof linkOrConfig === "string"
		? /(points|layers|drawings|columns)=/.test(linkOrConfig)
		: linkOrConfig?.dataset === CUSTOM || linkOrConfig?.layers?.length || linkOrConfig?.drawings?.length;
	if (!needed || codes) return;
	const loaded = Promise.all([import("./point-code.js"), import("./layer-code.js")]);
	await loaded.then(([points, layers]) => (codes = { ...points, ...layers }), () => {});
}

/** Which key holds the dataset for each problem type. @type {Record<string, string>} */
const DATASET_KEYS = { classification: "dataset", regression: "regDataset", multiclass: "classDataset" };

/** The choices that have another name in links than on the server. @type {Record<string, string>} */
const CHOICE_OF_WORD = {
	L1: "l1",
	L2: "l2",
	elasticNet: "elastic_net",
	gauss: "gaussian",
	"reg-plane": "plane",
	"reg-gauss": "multi-gaussian",
};
const WORD_OF_CHOICE = new Map(Object.entries(CHOICE_OF_WORD).map(([word, ours]) => [ours, word]));
const toLink = (/** @type {string} */ choice) => WORD_OF_CHOICE.get(choice) ?? choice;

/** Each input: its name, its key, and whether it is on if the link does not name it. @type {[string, string, boolean][]} */
const FEATURES = [
	["x1", "x", true],
	["x2", "y", true],
	["x1_squared", "xSquared", false],
	["x2_squared", "ySquared", false],
	["x1_x2", "xTimesY", false],
	["sin_x1", "sinX", false],
	["sin_x2", "sinY", false],
	["cos_x1", "cosX", false],
	["cos_x2", "cosY", false],
	["x1_cubed", "xCubed", false],
	["x2_cubed", "yCubed", false],
	["x1_plus_x2", "xPlusY", false],
];

/** The same for each display option. @type {[keyof Display, string, boolean][]} */
const DISPLAY = [
	["showTrain", "showTrainData", true],
	["showTest", "showTestData", false],
	["discretize", "discretize", false],
	["decisionLine", "decisionLine", true],
	["logScale", "logScale", false],
];

/** What is displayed if neither a link nor a visitor chose otherwise. @type {Display} */
export const DEFAULT_DISPLAY = /** @type {any} */ (Object.fromEntries(DISPLAY.map(([name, , shown]) => [name, shown])));

/** A link's name of each input. @type {Record<string, string>} */
export const FEATURE_KEYS = Object.fromEntries(FEATURES.map(([name, key]) => [name, key]));

/** What `NAME_hide=true` can hide, in the order of the page. */
export const HIDABLE = [
	..."playButton stepButton resetButton newWeights speed learningRate activation regularization regularizationRate problem".split(" "),
	..."more dataset classes percTrainData noise batchSize regenerate numHiddenLayers showTestData discretize".split(" "),
	...FEATURES.map(([, key]) => key),
];

const IGNORED_PARTS = /^(tutorial|collectStats|goal[A-Z]\w*|data|lesson|step|rival)(_hide)?$/; // of TensorFlow Playground, of others made from it, and read elsewhere
const MAX_READ_LAYERS = 100; // further ones are not read
const MAX_SPEED = 100_000; // epochs a second
const DEFAULT_SPEED = 60;

/**
 * Read a hash. Never throws: parts that cannot be read are listed in `problems` and keep their defaults.
 * @param {string} hash with or without its `#` @param {Catalogue} catalogue @returns {ParsedHash}
 */
export function parseHash(hash, catalogue) {
	const reader = new Reader(hash, CHOICE_OF_WORD);
	const { config, otherDatasets } = readConfig(reader, catalogue);
	const display = /** @type {Display} */ ({});
	for (const [name, key, byDefault] of DISPLAY) display[name] = reader.flag(key) ?? byDefault;
	const hidden = new Set(HIDABLE.filter((name) => reader.flag(`${name}_hide`)));
	const hideText = reader.flag("hideText") ?? false;
	const embed = reader.flag("embed") ?? false;
	const speed = readSpeed(reader);
	const stopAt = reader.number("stopAt", STOP_BOUNDS) ?? null;
	const stopWhen = readStopWhen(reader);
	reader.ignore(IGNORED_PARTS);
	return { config, display, ...speed, stopAt, stopWhen, hidden, hideText, embed, otherDatasets, problems: reader.finish() };
}

/** The first loss or accuracy to stop at; any other is refused. @param {Reader} reader @returns {StopWhen | null} */
function readStopWhen(reader) {
	let parsed = null;
	for (const [measure, key] of STOP_MEASURES) {
		const value = reader.number(key, stopBounds(measure));
		if (value === undefined) continue;
		if (parsed) reader.refuse(key, String(value));
		else parsed = { measure, value };
	}
	return parsed;
}

/** @param {Reader} reader @param {Catalogue} catalogue */
function readConfig(reader, catalogue) {
	const { fields, datasets } = catalogue;
	const isShort = !["activation", "learningRate", "batchSize"].some((key) => reader.has(key)); // the page writes these
	const found = /** @type {Config} */ ({});
	const setField = (/** @type {keyof Config} */ field, /** @type {unknown} */ value) =>
		value !== undefined && Object.assign(found, { [field]: value });
	for (const [key, field] of NUMBER_SETTINGS) setField(field, reader.number(key, fields[field]));
	for (const { field: key } of SELECTS) setField(key, reader.choice(key, fields[key].choices));

	const problem = found.problem ?? fields.problem.default;
	if (isShort && isImages({ problem })) Object.assign(found, { ...IMAGE_START, ...found });
	/** @type {Record<string, string>} */
	const otherDatasets = {};
	for (const [kind, key] of Object.entries(DATASET_KEYS)) {
		const names = Object.keys(datasets).filter((name) => datasets[name].problems.some((each) => each === kind));
		const dataset = reader.choice(key, names, (name) => otherProblemOf(name, datasets));
		if (kind === problem) setField("dataset", dataset);
		else if (dataset) otherDatasets[kind] = dataset;
	}
	setField("features", readFeatures(reader));
	setField("hidden_layers", readShape(reader, fields.hidden_layers));

	const zero = reader.flag("initZero");
	if (zero !== undefined) setField("initializer", zero ? "zeros" : fields.initializer.default);
	const defaults = defaultSettings(catalogue);
	for (const setting of SETTINGS) {
		const known = { ...defaults, ...found };
		setField(setting.field, readSetting(reader, setting, known, catalogue));
		Object.assign(defaults, { [setting.field]: defaultOf(setting, known, catalogue) });
	}
	setField("layers", readText(reader, "layers", codes?.decodeLayers));
	if (found.layers) delete /** @type {Partial<Config>} */ (found).hidden_layers;
	setField("drawings", readText(reader, "drawings", codes?.decodeDrawings));
	readPoints(reader, { ...defaults, ...found }, found);

	const seed = reader.takeValue("seed");
	if (seed !== undefined) {
		found.data_seed ??= seedOf(`data ${seed}`);
		found.weights_seed ??= seedOf(`weights ${seed}`);
	}
	return { config: found, otherDatasets };
}

/** Return what is wrong with a dataset of another problem; {} for any other name. @param {string} name @param {Catalogue["datasets"]} datasets @returns {Partial<HashProblem>} */
function otherProblemOf(name, datasets) {
	const problem = Object.hasOwn(datasets, name) ? datasets[name].problems.find((each) => DATASET_KEYS[each]) : undefined;
	return problem ? { kind: "otherProblem", problem, link: `problem=${problem}&${DATASET_KEYS[problem]}=${toLink(name)}` } : {};
}

/** The default of every setting. @param {Catalogue} catalogue @returns {Config} */
const defaultSettings = (
	{ fields },
) => /** @type {Config} */ (/** @type {unknown} */ (Object.fromEntries(
	Object.entries(fields).map(([field, each]) => [field, each.default]),
)));

/** @param {Reader} reader @param {Setting} setting @param {Config} known @param {Catalogue} catalogue */
function readSetting(reader, setting, known, catalogue) {
	const { id, field, kind } = setting;
	if (kind === "number") return reader.number(id, catalogue.fields[field]);
	if (kind === "choice") return reader.choice(id, choicesOf(setting, known, catalogue));
	const text = reader.takeValue(id);
	if (text === undefined) return undefined;
	const { choices, items } = catalogue.fields[field];
	const parts = text.split(",", known.hidden_layers.length + 1);
	const values = kind === "choices" ? parts : parts.map((each) => readNumber(each.trim()));
	const isAllowed = (/** @type {string | number} */ each) =>
		typeof each === "string" ? choices.includes(each) : inBounds(items ?? {}, each);
	const isInRange = (/** @type {string | number} */ each, /** @type {number} */ layer) =>
		kind !== "blocks" || (Number.isInteger(each) && Number(each) <= layer + 1);
	if (parts.length === known.hidden_layers.length && values.every(isAllowed) && values.every(isInRange)) return values;
	reader.refuse(id, text);
	return undefined;
}

/** Decode a parameter that has its own text format. @template T @param {Reader} reader @param {string} key @param {((text: string) => T | null) | undefined} decode */
function readText(reader, key, decode) {
	const text = reader.takeValue(key);
	const value = text === undefined ? undefined : decode?.(text) ?? null;
	if (value === null) reader.refuse(key, text);
	return value ?? undefined;
}

/** Read custom points. Their dataset is dropped if the link has none. @param {Reader} reader @param {Config} known @param {Partial<Config>} found */
function readPoints(reader, { problem, classes, dataset }, found) {
	const text = reader.takeValue("points");
	const points = text === undefined ? null : codes?.decodePoints(text, problem, classes);
	if (points) found.points = points;
	else if (text !== undefined) reader.refuse("points", text);
	const columns = readText(reader, "columns", (each) => codes?.decodeColumns(each, problem, classes) ?? null);
	if (dataset === CUSTOM && points && columns) found.data_columns = columns;
	if (dataset !== CUSTOM || points) return;
	delete found.dataset;
	if (text === undefined) reader.refuse(DATASET_KEYS[problem], CUSTOM, { kind: "noPoints" });
}

/** @param {Reader} reader @returns {string[] | undefined} undefined: the defaults */
function readFeatures(reader) {
	if (!FEATURES.some(([, key]) => reader.has(key))) return undefined;
	const chosen = FEATURES.filter(([, key, byDefault]) => reader.flag(key) ?? byDefault).map(([name]) => name);
	if (chosen.length > 0) return chosen;
	const off = FEATURES.filter(([, , byDefault]) => byDefault).map(([, key]) => `${key}=false`);
	reader.refuse(off.join("&"), "", { kind: "noInputs" });
	return undefined;
}

/**
 * Return the neurons of the hidden layers; [] for none. The bounds are the server's, which are wider than the page's.
 * @param {Reader} reader @param {Catalogue["fields"]["hidden_layers"]} field
 */
function readShape(reader, field) {
	if (!reader.has("networkShape")) return undefined;
	const text = reader.takeValue("networkShape") ?? "";
	const parts = text === "" ? [] : text.split(",", MAX_READ_LAYERS);
	const layers = parts.map((each) => (/^\s*\d+\s*$/.test(each) ? Number(each) : NaN));
	if (layersInBounds(field, layers)) return layers;
	reader.refuse("networkShape", text);
	return undefined;
}

/** @param {Reader} reader @returns {{speed?: number | null}} */
function readSpeed(reader) {
	const text = reader.takeValue("speed");
	if (text === undefined) return {};
	if (text === "max") return { speed: null };
	const speed = readNumber(text);
	if (speed > 0 && speed <= MAX_SPEED) return { speed };
	reader.refuse("speed", text);
	return {};
}

/** A seed from any text, by the hash FNV-1a. @param {string} text */
function seedOf(text) {
	let hash = 0x811c9dc5;
	for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
	return hash;
}

/**
 * Write a hash. It always has the main settings, for TensorFlow Playground too; the others if they differ from their defaults
 * and have an effect.
 * @param {HashState} state
 * @param {Catalogue} catalogue
 */
export function formatHash(
	{
		config,
		display,
		speed,
		stopAt = null,
		stopWhen = null,
		hidden = [],
		hideText = false,
		embed = false,
		otherDatasets = {},
		lesson = null,
	},
	catalogue,
) {
	/** @type {[string, string][]} */
	const parts = [];
	const addPart = (/** @type {string} */ key, /** @type {unknown} */ value) => {
		if (value !== undefined) parts.push([key, String(value)]);
	};
	const known = defaultSettings(catalogue);
	const { problem, features, hidden_layers: layers, layer_activations: each } = Object.assign(known, config);
	// The activation of the only layer that is left is no longer named by layer.
	if (layers.length === 1 && each.length === 1) known.activation = each[0];

	addPart("activation", known.activation);
	if (known.regularization !== "none") addPart("regularization", toLink(known.regularization));
	addPart("batchSize", known.batch_size);
	for (const [kind, key] of Object.entries(DATASET_KEYS)) {
		const dataset = kind === problem ? config.dataset : otherDatasets[kind];
		if (dataset && (kind === problem || dataset !== CUSTOM)) addPart(key, toLink(dataset));
	}
	addPart("learningRate", known.learning_rate);
	addPart("regularizationRate", known.regularization_rate);
	addPart("noise", known.noise);
	addPart("networkShape", layers.join(","));
	if (known.train_percent !== 50) addPart("percTrainData", known.train_percent);
	for (const [name, key, byDefault] of FEATURES) {
		if (byDefault || features.includes(name)) addPart(key, features.includes(name));
	}
	if (problem !== "classification") addPart("problem", problem);
	for (const setting of SETTINGS) {
		const { id, field, own } = setting;
		if (config[field] === undefined) Object.assign(known, { [field]: defaultOf(setting, known, catalogue) });
		if (field === "initializer" && known[field] === "zeros") addPart("initZero", true);
		else if (own) addPart(id, config[field]);
		else if (isRelevant(setting, known, catalogue) && isChanged(setting, known, catalogue)) addPart(id, known[field]);
	}
	if (known.layers.length > 0) addPart("layers", codes?.encodeLayers(known.layers));
	if (problem === "images") addPart("drawings", codes?.encodeDrawings(known.drawings));
	if (config.dataset === CUSTOM) {
		if (known.points_noise > 0) addPart("ownNoise", known.points_noise);
		addPart("points", codes?.encodePoints(known.points, problem));
		if (known.data_columns) addPart("columns", codes?.encodeColumns(known.data_columns));
	}

	for (const [name, key, byDefault] of DISPLAY) if (display[name] !== byDefault) addPart(key, display[name]);
	if (speed !== undefined && speed !== DEFAULT_SPEED) addPart("speed", speed ?? "max");
	if (stopAt !== null) addPart("stopAt", stopAt);
	for (const [measure, key] of STOP_MEASURES) if (stopWhen?.measure === measure) addPart(key, stopWhen.value);
	const names = new Set(hidden);
	for (const name of HIDABLE) if (names.has(name)) addPart(`${name}_hide`, true);
	if (hideText) addPart("hideText", true);
	if (embed) addPart("embed", true);
	if (lesson) addPart("lesson", lesson.name);
	if (lesson) addPart("step", lesson.step);
	return `#${parts.map(([key, value]) => `${key}=${value}`).join("&")}`;
}
