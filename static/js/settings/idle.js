// Which settings beside the time controls have no effect, given the others.

/** @type {Partial<Record<keyof Config, (config: Config) => boolean>>} */
const IDLE = {
	activation: ({ hidden_layers, layers }) => hidden_layers.length === 0 && !layers?.length,
	regularization: ({ regularization, regularization_rate }) => regularization !== "none" && regularization_rate === 0,
	regularization_rate: ({ regularization, regularization_rate }) => regularization === "none" && regularization_rate > 0,
};

/** Whether a setting has no effect. @param {keyof Config} field @param {Config} config */
export const isIdle = (field, config) => IDLE[field]?.(config) ?? false;
