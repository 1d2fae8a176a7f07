// Model files: parsing, summaries for the list, and texts for the reasons why they are refused.

/** The latest version that this page knows; the server decides. */
const FORMAT = "tinkernet-model";

/** Most bytes of a file that is read at all. */
export const MAX_FILE_BYTES = 4_000_000;

/** A file that is no model. */
export class NoModel extends Error {
	/** @param {string} key of the text that says so @param {Record<string, string | number>} [values] */
	constructor(key, values = {}) {
		super(key);
		this.fault = { key, values };
	}
}

/** Return the name in a model file, "" if it has none or is no JSON, which the server then reports. Throws `NoModel` for other JSON or a file that is too large. @param {string} text @returns {string} */
export function parseModelName(text) {
	if (text.length > MAX_FILE_BYTES) throw new NoModel("models.tooLarge", { most: MAX_FILE_BYTES / 1e6 });
	let model;
	try {
		model = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch {
		return "";
	}
	if (model?.format !== FORMAT) throw new NoModel("models.noModel");
	return typeof model.name === "string" ? model.name : "";
}

/** Return what the list shows of a model. @param {ModelFile} model @returns {ModelSummary} */
export function summaryOf({ config, metrics }) {
	const isImages = config.problem === "images";
	const outputs = isImages ? 10 : config.problem === "multiclass" ? config.classes : 1;
	const columns = config.layers.flatMap(({ neurons, filters }) => neurons ?? filters ?? []);
	const hidden = config.layers.length ? columns : config.hidden_layers;
	return {
		dataset: config.dataset,
		shape: [isImages ? 64 : config.features.length, ...hidden, outputs],
		epochs: metrics?.epoch ?? null,
		trainLoss: metrics?.train_loss ?? null,
		testLoss: metrics?.test_loss ?? null,
	};
}

/** Translatable phrases of the server for what it expects: a pattern of the English, and the i18n key. @type {[RegExp, string][]} */
const EXPECTED = [
	[/^an? (number|integer|list|object|string|value)$/, "$1"],
	[/^a finite number$/, "finite"],
	[/^a smaller number$/, "smaller"],
	[/^true or false$/, "boolean"],
	[/^at (least|most) ([-\d.e+]+)$/, "$1"],
	[/^at (least|most) (\d+) entr(?:y|ies)$/, "$1Entries"],
	[/^()(\d+) numbers, as the network has$/, "ofNetwork"],
	[/^each name once$/, "once"],
	[/^no such field$/, "known"],
];

/** Translate the server's phrase for what it expects; unknown phrases stay English. @param {string} expected @param {I18n} i18n */
export function expectedText(expected, i18n) {
	for (const [pattern, name] of EXPECTED) {
		const found = expected.match(pattern);
		if (found) return i18n.t(`models.expected.${name.replace("$1", found[1] ?? "")}`, { n: found[2] ?? "" });
	}
	const choices = expected.match(/^'.*'$/) && expected.match(/(?<=')[^']+(?=')/g)?.filter((each) => !/^(, | or )$/.test(each));
	return choices ? i18n.t("models.expected.choice", { choices: choices.join(", ") }) : expected;
}

/** Return a JSON Pointer in the notation of JavaScript: state.optimizer_state[1][3]. @param {string} pointer */
export const pointerText = (pointer) =>
	pointer.replace(/^#?\//, "").split("/").map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
		.reduce((place, part) => place + (/^\d+$/.test(part) && place ? `[${part}]` : place ? `.${part}` : part), "");

/** Return why a file is not valid JSON. @param {string} detail the server's @returns {Fault} */
function jsonFault(detail) {
	const [, line, column] = detail.match(/line (\d+) column (\d+)/) ?? [];
	if (!line) return { key: "models.noJson", values: {} };
	return { key: detail.includes("EOF") ? "models.cutOff" : "models.noJsonAt", values: { line: Number(line), column: Number(column) } };
}

/** Return the text, as key and values, for the reason why a model was refused. @param {AnyRefusal} refusal @param {I18n} i18n @returns {Fault} */
export function faultOf(refusal, i18n) {
	if (refusal instanceof NoModel) return refusal.fault;
	const { code = "internal", field = "", expected = "", value, pointer = "", message } = /** @type {any} */ (refusal);
	if (code === "malformed_json") return jsonFault(message);
	const [place, expectedWords] = [pointerText(pointer) || field, expectedText(expected, i18n)];
	const valueText = typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
	if (code === "invalid_value") {
		if (field === "version" && /later Tinkernet/.test(expected)) return { key: "models.later", values: {} };
		if (!place) return { key: "models.noModel", values: {} };
		const missing = value === undefined || value === null;
		return { key: missing ? "models.wrongNone" : "models.wrong", values: { field: place, expected: expectedWords, value: valueText } };
	}
	if (code === "offline") return { key: "models.offline", values: {} };
	return {
		key: i18n.has(`error.${code}`) ? `error.${code}` : "error.internal",
		values: { expected: expectedWords, field: place, value: valueText },
	};
}

/** Return a file name for a model, without characters that file systems forbid. @param {string} name */
export const fileName = (name) => {
	const signs = [...name.replace(/(_|[^\p{L}\p{N}-])+/gu, "_").replace(/^_+|_+$/g, "")];
	return `${signs.slice(0, 60).join("") || "network"}.json`;
};
