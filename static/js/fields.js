// The settings that stand in the panel of more of them, and in links: a new setting is one line here, and its words.

/**
 * @typedef {object} Setting
 * @property {string} id its name in links and on the page, where its words are control.ID
 * @property {string} field its name in the training's settings
 * @property {"choice" | "number" | "choices" | "numbers"} kind "choices" and "numbers" have one for each hidden layer, or none at all
 * @property {string} [group] under which heading of the panel it stands; none: elsewhere on the page
 * @property {string} [words] where its choices are named: choice.WORDS and hint.WORDS
 * @property {boolean} [own] whether every training has its own, so that it has no usual value
 * @property {(config: any, catalogue: any) => boolean} [when] whether it has an effect at present
 * @property {(config: any, catalogue: any) => string[]} [choices] where they depend on others
 * @property {(config: any, catalogue: any) => unknown} [usual] its value where nobody chose one, where that depends on others
 */

const several = (/** @type {any} */ config) => config.problem === "multiclass";
const layered = (/** @type {any} */ config) => config.hidden_layers.length > 0;
const ofOptimizer = (/** @type {string} */ field) => (config, catalogue) => catalogue.optimizers[config.optimizer].includes(field);
const ofSchedule = (/** @type {string} */ field) => (config, catalogue) => catalogue.schedules[config.schedule].includes(field);
const outputs = (config, catalogue) => catalogue.outputs[config.problem];
const losses = (config, catalogue) => catalogue.losses[config.output_activation];
const firstBias = (/** @type {any} */ config) => (config.initializer === "uniform" ? 0.1 : 0);

/** In the order of the panel. What others depend on stands before them. @type {Setting[]} */
export const SETTINGS = [
  { id: "classes", field: "classes", kind: "number", when: several },
  { id: "activations", field: "layer_activations", kind: "choices", group: "network", words: "activation", when: (config) => config.hidden_layers.length > 1 },
  { id: "outputActivation", field: "output_activation", kind: "choice", group: "network", words: "output", choices: outputs, usual: (...known) => outputs(...known)[0] },
  { id: "loss", field: "loss", kind: "choice", group: "network", words: "loss", choices: losses, usual: (...known) => losses(...known)[0] },
  { id: "huberDelta", field: "huber_delta", kind: "number", group: "network", when: (config) => config.loss === "huber" },
  { id: "inputScaling", field: "input_scaling", kind: "choice", group: "inputs", words: "scaling" },
  { id: "optimizer", field: "optimizer", kind: "choice", group: "training", words: "optimizer" },
  { id: "momentum", field: "momentum", kind: "number", group: "training", when: ofOptimizer("momentum") },
  { id: "rho", field: "rho", kind: "number", group: "training", when: ofOptimizer("rho") },
  { id: "beta1", field: "beta1", kind: "number", group: "training", when: ofOptimizer("beta1") },
  { id: "beta2", field: "beta2", kind: "number", group: "training", when: ofOptimizer("beta2") },
  { id: "epsilon", field: "epsilon", kind: "number", group: "training", when: ofOptimizer("epsilon") },
  { id: "weightDecay", field: "weight_decay", kind: "number", group: "training", when: ofOptimizer("weight_decay") },
  { id: "schedule", field: "schedule", kind: "choice", group: "training", words: "schedule" },
  { id: "scheduleEpochs", field: "schedule_epochs", kind: "number", group: "training", when: ofSchedule("schedule_epochs") },
  { id: "scheduleFactor", field: "schedule_factor", kind: "number", group: "training", when: ofSchedule("schedule_factor") },
  { id: "gradientClip", field: "gradient_clip", kind: "number", group: "training" },
  { id: "initializer", field: "initializer", kind: "choice", group: "start", words: "initializer" },
  { id: "initialBias", field: "initial_bias", kind: "number", group: "start", usual: firstBias },
  { id: "dataSeed", field: "data_seed", kind: "number", group: "start", own: true },
  { id: "weightsSeed", field: "weights_seed", kind: "number", group: "start", own: true },
  { id: "dropout", field: "dropout", kind: "numbers", group: "overfitting", when: layered },
  { id: "l1Ratio", field: "l1_ratio", kind: "number", group: "overfitting", when: (config) => config.regularization === "elastic_net" },
];

/** Inputs that the panel switches; the others stand in the network at all times. */
export const MORE_INPUTS = ["cos_x1", "cos_x2", "x1_cubed", "x2_cubed", "x1_plus_x2"];

/** Whether a setting has an effect beside the others. @param {Setting} setting @param {any} config @param {any} catalogue */
export const isRelevant = ({ when }, config, catalogue) => !when || when(config, catalogue);

/** @param {Setting} setting @param {any} config @param {any} catalogue @returns {string[]} */
export const choicesOf = ({ field, choices }, config, catalogue) => choices?.(config, catalogue) ?? catalogue.fields[field].choices;

/** The value of a setting where nobody chose one. @param {Setting} setting @param {any} config @param {any} catalogue */
export const usualOf = ({ field, usual }, config, catalogue) => (usual ? usual(config, catalogue) : catalogue.fields[field].default);

/** Whether somebody chose another value than the usual one. @param {Setting} setting @param {any} config @param {any} catalogue */
export function isChanged(setting, config, catalogue) {
  const { field, kind, own } = setting;
  if (own) return false;
  if (kind === "numbers") return config[field].some((/** @type {number} */ each) => each !== 0);
  if (kind === "choices") return config[field].length > 0;
  return config[field] !== usualOf(setting, config, catalogue);
}

/** The names of what was changed in the panel and has an effect. @param {any} config @param {any} catalogue @returns {string[]} */
export function changedIn(config, catalogue) {
  const changed = SETTINGS.filter((each) => each.group && isRelevant(each, config, catalogue) && isChanged(each, config, catalogue));
  const inputs = config.features.some((/** @type {string} */ each) => MORE_INPUTS.includes(each));
  return [...changed.map(({ id }) => id), ...(inputs ? ["moreInputs"] : [])];
}

/** The changes that bring the panel back to its usual values. @param {any} config @param {any} catalogue */
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
  const features = config.features.filter((/** @type {string} */ each) => !MORE_INPUTS.includes(each));
  if (features.length < config.features.length) changes.features = features.length > 0 ? features : catalogue.fields.features.default;
  return changes;
}
