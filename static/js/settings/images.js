// Images of handwritten digits instead of points: whether a training has them, and how many there are.

const DIGITS = 1797;

/** Where the page begins with digits, other than the engine does: they are learned within seconds. */
export const IMAGE_START = {
	activation: "relu",
	optimizer: "adam",
	learning_rate: 0.003,
	batch_size: 32,
	train_percent: 80,
	initializer: "he_uniform",
};

/** @param {{problem: string}} config */
export const isImages = ({ problem }) => problem === "images";

/** How many images there are in both sets. @param {Pick<Config, "train_percent" | "drawings">} config */
export function imagesIn({ train_percent: percent, drawings = [] }) {
	const train = Math.floor((DIGITS * percent) / 100);
	const own = (/** @type {string} */ use) => drawings.filter((each) => each.use === use).length;
	return { train: train + own("train"), test: DIGITS - train + own("test") };
}

/** How many images or points there are to train on; undefined: not known yet. @param {Config} config @param {{train: ArrayLike<number>} | null} points */
export const toTrainOn = (config, points) => isImages(config) ? imagesIn(config).train : points ? points.train.length / 3 : undefined;
