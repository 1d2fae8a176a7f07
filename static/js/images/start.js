// The initial settings for handwritten digits, and those of the network that introductory texts use.

import { IMAGE_START } from "../settings/images.js";
import { NEW_LAYERS } from "./layer-edits.js";

export const IMAGES = "images";

const { conv, max_pool: pool, dense } = NEW_LAYERS;

/** The default of `layers`; their activation is the setting `activation`. */
const DEFAULT_LAYERS = [conv, pool, { ...conv, filters: 16 }, pool, dense];

/** A start that learns within seconds. */
export const FULL_IMAGE_START = {
	layers: DEFAULT_LAYERS,
	...IMAGE_START,
	initial_bias: 0,
	noise: 0,
	input_scaling: "none",
	schedule: "constant",
	regularization: "none",
	regularization_rate: 0,
	gradient_clip: 0,
};

const BATCHES_PER_EPOCH = 15; // of 100 of the 1,437 digits
const EPOCHS = 1000;

/** The network of the introductions, scaled to 8x8: its decay of 1e-6 a mini-batch is the schedule `inverse_time`. */
export const INTRODUCTION = {
	...FULL_IMAGE_START,
	layers: [...[4, 8, 16].map((filters) => ({ ...conv, filters })), pool, { ...dense, neurons: 128 }],
	optimizer: "nesterov",
	momentum: 0.9,
	learning_rate: 0.05,
	batch_size: 100,
	schedule: "inverse_time",
	schedule_epochs: EPOCHS,
	schedule_factor: 1 / (1 + 1e-6 * BATCHES_PER_EPOCH * EPOCHS),
};

/** Settings that another problem type of the plane sets to its own defaults. */
const PROBLEM_SETTINGS = ["dataset", "output_activation", "loss", "points", "classes"];

/**
 * Return the changes of settings that switch the lab from the plane to images, or back.
 * @param {string} problem the new one @param {Config | undefined} left the settings with which its side was left, if it was seen before
 * @param {Catalogue} catalogue @returns {Partial<Config>}
 */
export function switchProblem(problem, left, catalogue) {
	const { data_seed: _data, weights_seed: _weights, drawings: _drawings, ...known } = /** @type {Partial<Config>} */ (left ?? {});
	if (problem === IMAGES) {
		const { features: _features, points: _points, classes: _classes, ...settings } = known;
		return /** @type {Partial<Config>} */ (left ? settings : { ...FULL_IMAGE_START, problem });
	}
	const defaults = Object.keys(FULL_IMAGE_START).map((field) => [field, catalogue.fields[/** @type {keyof Config} */ (field)].default]);
	/** @type {Record<string, unknown>} */
	const settings = left ? known : { ...Object.fromEntries(defaults), hidden_layers: catalogue.fields.hidden_layers.default };
	if (left?.problem !== problem) { for (const field of PROBLEM_SETTINGS) delete settings[field]; }
	return /** @type {Partial<Config>} */ ({ ...settings, problem });
}
