// Lists of the settings that the classroom shows, locks and changes. The settings themselves are defined in settings/fields.js.
import { SETTINGS } from "../../settings/fields.js";

/** Settings that can be locked one by one, in the page's order; speed and weights are no settings of a training. @type {(keyof Config | "speed" | "weights")[]} */
export const LOCKABLE = [
	"problem",
	"dataset",
	"noise",
	"train_percent",
	"batch_size",
	"data_seed",
	"features",
	"hidden_layers",
	"activation",
	"learning_rate",
	"regularization",
	"regularization_rate",
	"optimizer",
	"initializer",
	"speed",
	"weights",
];

/** The other settings of the advanced panel, custom points, and layers as programs set them; one box locks them all. @type {string[]} */
export const OTHER_SETTINGS = [
	...SETTINGS.map(({ field }) => field).filter((field) => !LOCKABLE.includes(field)),
	"points",
	"layers",
	"drawings",
];

/** Settings that a teacher can change for a learner who agreed. @type {(keyof Config)[]} */
export const CHANGEABLE_SETTINGS = [
	"learning_rate",
	"activation",
	"hidden_layers",
	"features",
	"optimizer",
	"regularization",
	"regularization_rate",
	"batch_size",
	"noise",
	"points_noise",
	"dataset",
];

/** Settings that describe a starting point only if the network takes images. @type {(keyof Config)[]} */
export const IMAGE_SETTINGS = ["problem", "layers"];

/** Settings that describe a starting point only if the network takes points of the plane. @type {(keyof Config)[]} */
export const PLANE_SETTINGS = ["dataset", "features", "hidden_layers"];

/** Settings that describe a starting point. @type {(keyof Config)[]} */
export const START_SETTINGS = [
	"dataset",
	"features",
	"hidden_layers",
	"activation",
	"learning_rate",
	"batch_size",
	"noise",
	"points_noise",
	"regularization",
	"optimizer",
];
