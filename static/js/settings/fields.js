// The settings that stand in the panel of more of them, and in links: a new setting is one line here, and its words.

/** @param {string} field @param {Partial<Setting>} [rest] @returns {Setting} */
const number = (field, rest) => ({ id: field.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), field, kind: "number", ...rest });
/** @param {string} field @param {string} words @param {Partial<Setting>} [rest] */
const choice = (field, words, rest) => number(field, { kind: "choice", words, ...rest });

/** By heading, in the order of the panel. What others depend on stands before them. @type {Record<string, Setting[]>} */
const PANEL = {
  network: [
    choice("layer_activations", "activation", { id: "activations", kind: "choices", when: (config) => config.hidden_layers.length > 1 }),
    choice("output_activation", "output", { choices: (config, catalogue) => catalogue.outputs[config.problem] }),
    choice("loss", "loss", { choices: (config, catalogue) => catalogue.losses[config.output_activation] }),
    number("huber_delta", { when: (config) => config.loss === "huber" }),
  ],
  inputs: [choice("input_scaling", "scaling")],
  training: [
    choice("optimizer", "optimizer"),
    ...["momentum", "rho", "beta1", "beta2", "epsilon", "weight_decay"].map((field) => number(field)),
    choice("schedule", "schedule"),
    number("schedule_epochs"),
    number("schedule_factor"),
    number("gradient_clip", { wide: true }),
  ],
  start: [
    choice("initializer", "initializer"),
    number("initial_bias", { usual: (config) => (config.initializer === "uniform" ? 0.1 : 0) }),
    number("data_seed", { own: true }),
    number("weights_seed", { own: true }),
  ],
  overfitting: [
    number("dropout", { kind: "numbers", when: (config) => config.hidden_layers.length > 0 }),
    number("l1_ratio", { when: (config) => config.regularization === "elastic_net" }),
  ],
};

/** @type {Setting[]} */
export const SETTINGS = [
  number("classes", { when: (config) => config.problem === "multiclass" }),
  ...Object.entries(PANEL).flatMap(([group, settings]) => settings.map((each) => ({ ...each, group }))),
];

/** Inputs that the panel switches; the others stand in the network at all times. */
export const ADVANCED_INPUTS = ["cos_x1", "cos_x2", "x1_cubed", "x2_cubed", "x1_plus_x2"];

/** Whether a setting has an effect beside the others. @param {Setting} setting @param {Config} config @param {Catalogue} catalogue */
export function isRelevant({ field, when }, config, catalogue) {
  /** @type {[Record<string, string[]>, string][]} */
  const tables = [[catalogue.optimizers, config.optimizer], [catalogue.schedules, config.schedule]];
  const spare = tables.some(([table, chosen]) =>
    Object.values(table).some((fields) => fields.includes(field)) && !table[chosen].includes(field)
  );
  return !spare && (!when || when(config, catalogue));
}

/** @param {Setting} setting @param {Config} config @param {Catalogue} catalogue @returns {string[]} */
export const choicesOf = ({ field, choices }, config, catalogue) => choices?.(config, catalogue) ?? catalogue.fields[field].choices;

/** The value of a setting where nobody chose one. @param {Setting} setting @param {Config} config @param {Catalogue} catalogue */
export const usualOf = ({ field, usual, choices }, config, catalogue) =>
  usual?.(config) ?? choices?.(config, catalogue)[0] ?? catalogue.fields[field].default;

/** Whether somebody chose another value than the usual one. @param {Setting} setting @param {Config} config @param {Catalogue} catalogue */
export function isChanged(setting, config, catalogue) {
  const { field, kind, own } = setting;
  if (own) return false;
  if (kind === "numbers") return config[field].some((/** @type {number} */ each) => each !== 0);
  if (kind === "choices") return config[field].length > 0;
  return config[field] !== usualOf(setting, config, catalogue);
}

/** The names of what was changed in the panel and has an effect. @param {Config} config @param {Catalogue} catalogue @returns {string[]} */
export function changedIn(config, catalogue) {
  const changed = SETTINGS.filter((each) => each.group && isRelevant(each, config, catalogue) && isChanged(each, config, catalogue));
  const inputs = config.features.some((/** @type {string} */ each) => ADVANCED_INPUTS.includes(each));
  return [...changed.map(({ id }) => id), ...(inputs ? ["moreInputs"] : [])];
}

/** The changes that bring the panel back to its usual values. @param {Config} config @param {Catalogue} catalogue */
export function restoring(config, catalogue) {
  /** @type {Record<string, unknown>} */
  const changes = {};
  for (const setting of SETTINGS) {
    const known = { ...config, ...changes };
    const { field, group, kind, own } = setting;
    if (!group || own) continue;
    const value = kind === "numbers" || kind === "choices" ? [] : usualOf(setting, known, catalogue);
    if (JSON.stringify(value) !== JSON.stringify(config[field])) changes[field] = value;
  }
  const features = config.features.filter((/** @type {string} */ each) => !ADVANCED_INPUTS.includes(each));
  if (features.length < config.features.length) changes.features = features.length > 0 ? features : catalogue.fields.features.default;
  return changes;
}
