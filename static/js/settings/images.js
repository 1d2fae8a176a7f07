// Training with images of handwritten digits: constants, initial settings, and numbers of images.

/** The side of a square image, in pixels. */
export const IMAGE_SIDE = 8;

/** The value of a pixel full of ink; paper is 0. */
export const MAX_INK = 16;

const DIGIT_COUNT = 1797; // in the dataset

/** The page's initial settings for digits where they differ from the engine's defaults, so that digits are learned within seconds. */
export const IMAGE_START = {
	activation: "relu",
	optimizer: "adam",
	learning_rate: 0.003,
	batch_size: 32,
	train_percent: 80,
	initializer: "he_uniform",
};

/** Whether a problem is that of images. @param {{problem: string}} config */
export const isImages = ({ problem }) => problem === "images";

/** Return how many images both sets have. @param {Pick<Config, "train_percent" | "drawings">} config */
export function imageCounts({ train_percent: percent, drawings = [] }) {
	const train = Math.floor((DIGIT_COUNT * percent) / 100);
	const own = (/** @type {string} */ use) => drawings.filter((each) => each.use === use).length;
	return { train: train + own("train"), test: DIGIT_COUNT - train + own("test") };
}

/** Return how many images or points there are to train on; undefined: not known yet. @param {Config} config @param {{train: ArrayLike<number>} | null} points */
export const trainCount = (config, points) => isImages(config) ? imageCounts(config).train : points ? points.train.length / 3 : undefined;
