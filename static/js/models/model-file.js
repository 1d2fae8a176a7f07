// Files of models: reading, what a list shows of them, and in what words they are refused.

/** The latest version that this page knows; the server decides. */
const FORMAT = "tinkernet-model";

/** Most bytes of a file that is read at all. */
export const MOST_BYTES = 4_000_000;

/** A file that is no model. */
export class NoModel extends Error {
	/** @param {string} key of the text that says so @param {Record<string, string | number>} [values] */
	constructor(key, values = {}) {
		super(key);
		this.fault = { key, values };
	}
}

/** The model in a text. Throws `NoModel`. @param {string} text @returns {ModelFile} */
export function readModel(text) {
	if (text.length > MOST_BYTES) throw new NoModel("models.tooLarge", { most: MOST_BYTES / 1e6 });
	let model;
	try {
		model = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch {
		throw new NoModel("models.noJson");
	}
	if (model?.format !== FORMAT) throw new NoModel("models.noModel");
	return model;
}

/** @param {ModelFile} model @returns {ModelSummary} */
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

/** Why a model was refused, in words. @param {AnyRefusal} refusal @param {(key: string) => boolean} has whether there is a text for a key @returns {Fault} */
export function faultOf(refusal, has) {
	if (refusal instanceof NoModel) return refusal.fault;
	const { code = "internal", field = "", expected = "", value = "" } = /** @type {any} */ (refusal);
	if (code === "invalid_value") {
		if (field === "version") return { key: "models.later", values: {} };
		return { key: "models.wrong", values: { field, expected, value: String(value ?? "") } };
	}
	if (code === "offline") return { key: "models.offline", values: {} };
	return { key: has(`error.${code}`) ? `error.${code}` : "error.internal", values: { expected, field, value: String(value ?? "") } };
}

/** The name of a file, without what systems do not allow. @param {string} name */
export const fileName = (name) => `${name.replace(/(_|[^\p{L}\p{N}-])+/gu, "_").replace(/^_+|_+$/g, "").slice(0, 60) || "network"}.json`;
