// The table of settings: from it come the controls of the page and, for SETTINGS, the keys in links.
import { IMAGE_START, isImages } from "./images.js";

/** @type {MakeSetting} */
const row = (kind, field, rest) => ({ id: field.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), field, kind, ...rest });
/** @param {SettingOf<"number">["field"]} field @param {Partial<Setting>} [rest] */
const number = (field, rest) => row("number", field, rest);
/** @param {SettingOf<"choice">["field"]} field @param {string} words @param {Partial<Setting>} [rest] */
const choice = (field, words, rest) => row("choice", field, { words, ...rest });

/** The choice that means none, in settings with a choice for each layer. */
export const NONE = "none";

/** Kinds of settings with one value for each hidden layer. @type {Set<Setting["kind"]>} */
export const PER_LAYER = new Set(["choices", "numbers", "blocks"]);

/** The settings that are chosen from a list beside the time controls. */
export const SELECTS = [choice("activation", "activation"), choice("regularization", "regularization"), choice("problem", "problem")];

/** The numbers beside the time controls. */
export const COMBOS = [number("learning_rate"), number("regularization_rate")];

const CLASSES = number("classes", { when: (config) => config.problem === "multiclass" });

/** The sliders of the data. */
export const SLIDERS = [
	CLASSES,
	number("train_percent", { percent: true }),
	number("noise", { percent: true }),
	number("batch_size", { ofPoints: true }),
];

/** The settings of the advanced panel by heading, in its order. A setting comes after those that it depends on. @type {Record<string, Setting[]>} */
const PANEL_GROUPS = {
	network: [
		row("choices", "layer_activations", { id: "activations", words: "activation", when: (config) => config.hidden_layers.length > 1 }),
		row("choices", "normalization", { words: "normalization", when: (config) => config.hidden_layers.length > 0 }),
		row("blocks", "residual", { when: (config) => config.hidden_layers.length > 0 }),
		choice("output_activation", "output", { choices: (config, catalogue) => catalogue.outputs[config.problem] }),
		choice("loss", "loss", { choices: (config, catalogue) => catalogue.losses[config.output_activation] }),
		number("huber_delta", { when: (config) => config.loss === "huber" }),
	],
	inputs: [choice("input_scaling", "scaling")],
	training: [
		choice("optimizer", "optimizer"),
		number("momentum"),
		number("rho"),
		number("beta1"),
		number("beta2"),
		number("epsilon"),
		number("weight_decay"),
		choice("schedule", "schedule"),
		number("schedule_epochs"),
		number("schedule_factor"),
		number("gradient_clip", { wide: true }),
	],
	start: [
		choice("initializer", "initializer"),
		number("initial_bias", { default: (config) => (config.initializer === "uniform" ? 0.1 : 0) }),
		number("data_seed", { own: true }),
		number("weights_seed", { own: true }),
	],
	overfitting: [
		row("numbers", "dropout", { when: (config) => config.hidden_layers.length > 0 }),
		number("l1_ratio", { when: (config) => config.regularization === "elastic_net" }),
	],
};

/** The settings that have a key of their own in links: those of the panel, and the classes. @type {Setting[]} */
export const SETTINGS = [
	CLASSES,
	...Object.entries(PANEL_GROUPS).flatMap(([group, settings]) => settings.map((each) => ({ ...each, group }))),
];

/** Inputs that the panel switches; the network always shows the others. */
export const ADVANCED_INPUTS = ["cos_x1", "cos_x2", "x1_cubed", "x2_cubed", "x1_plus_x2"];

/** Whether a setting has an effect, given the others. @param {Setting} setting @param {Config} config @param {Catalogue} catalogue */
export function isRelevant({ field, when }, config, catalogue) {
	/** @type {[Record<string, string[]>, string][]} */
	const tables = [[catalogue.optimizers, config.optimizer], [catalogue.schedules, config.schedule]];
	const isUnused = tables.some(([table, chosen]) =>
		Object.values(table).some((fields) => fields.includes(field)) && !table[chosen].includes(field)
	);
	return !isUnused && (!when || when(config, catalogue));
}

/** Return the choices of a setting, given the others. @param {Setting} setting @param {Config} config @param {Catalogue} catalogue @returns {string[]} */
export const choicesOf = ({ field, choices }, config, catalogue) => choices?.(config, catalogue) ?? catalogue.fields[field].choices;

/** The default of a setting. @param {Setting} setting @param {Config} config @param {Catalogue} catalogue */
export const defaultOf = ({ field, default: ownDefault, choices }, config, catalogue) =>
	ownDefault?.(config) ?? choices?.(config, catalogue)[0] ?? catalogue.fields[field].default;

/** The value of a setting in a new training of the page. @type {typeof defaultOf} */
export const startOf = (setting, config, catalogue) =>
	(isImages(config) ? /** @type {Record<string, any>} */ (IMAGE_START)[setting.field] : undefined) ?? defaultOf(setting, config, catalogue);

/** Whether a setting differs from its default. @param {Setting} setting @param {Config} config @param {Catalogue} catalogue @param {typeof defaultOf} [getDefault] */
export function isChanged(setting, config, catalogue, getDefault = defaultOf) {
	const { field, kind, own } = setting;
	if (own) return false;
	if (kind === "numbers" || kind === "blocks") return config[field].some((each) => each !== 0);
	if (kind === "choices") return config[field].some((each) => each !== NONE);
	return config[field] !== getDefault(setting, config, catalogue);
}

/** Whether a setting differs from its value in a new training. @param {Setting} setting @param {Config} config @param {Catalogue} catalogue */
export const differsFromStart = (setting, config, catalogue) => isChanged(setting, config, catalogue, startOf);

/** Return the ids of the panel's settings that have an effect and differ from a new training's. @param {Config} config @param {Catalogue} catalogue @returns {string[]} */
export function changedSettings(config, catalogue) {
	const changed = SETTINGS.filter((each) => each.group && isRelevant(each, config, catalogue) && differsFromStart(each, config, catalogue));
	const inputs = config.features.some((each) => ADVANCED_INPUTS.includes(each));
	return [...changed.map(({ id }) => id), ...(inputs ? ["moreInputs"] : [])];
}
