// The heading of printable pictures: the network's name and its set-up.
import { accuracy, epoch, loss } from "../ui/format.js";
import { QUIET, textElement } from "./svg-text.js";
import { wrapList, wrapText } from "./text-size.js";

const [NAME_FONT, SMALL_FONT] = [20, 14]; // pixels
const TOP_MARGIN = 16;

/** Return short texts for the settings and the results of a training. @param {PictureState} state @param {I18n} i18n @returns {string[]} */
export function setUpTexts({ config, shape, metrics }, i18n) {
	const { t } = i18n;
	const named = (/** @type {string} */ key, /** @type {string} */ value) => t("readout.named", { name: t(key), value });
	const choice = (/** @type {string} */ kind, /** @type {string} */ name) =>
		i18n.has(`choice.${kind}.${name}`) ? t(`choice.${kind}.${name}`) : name;
	const number = (/** @type {number} */ value) => i18n.number(value, { maximumSignificantDigits: 4 });
	const noise = config.dataset === "own" ? config.points_noise : config.noise;
	const hidden = shape.length > 2 && !config.layers.length;
	const activations = config.layer_activations.length ? [...new Set(config.layer_activations)] : [config.activation];
	const has = config.regularization !== "none" && config.regularization_rate > 0;
	return [
		choice("dataset", config.dataset),
		...(noise ? [named("control.noise.label", number(noise))] : []),
		named("models.network", shape.join("–")),
		...(hidden ? [named("control.activation.label", activations.map((each) => choice("activation", each)).join(", "))] : []),
		named("control.outputActivation.label", choice("output", config.output_activation)),
		named("control.loss.label", choice("loss", config.loss)),
		choice("optimizer", config.optimizer),
		named("control.learningRate.label", number(config.learning_rate)),
		named("control.batchSize.label", number(config.batch_size)),
		...(has ? [named(`choice.regularization.${config.regularization}`, number(config.regularization_rate))] : []),
		named("readout.epoch", epoch(metrics.epoch, i18n)),
		named("readout.trainLoss", loss(metrics.train_loss, i18n)),
		named("readout.testLoss", loss(metrics.test_loss, i18n)),
		...(metrics.test_accuracy === null ? [] : [named("readout.testAccuracy", accuracy(metrics.test_accuracy, i18n))]),
	];
}

/**
 * Return the heading of a picture, as elements, and its height in pixels.
 * @param {string} name @param {string[]} setUp @param {number} left where they begin @param {number} room pixels to the right
 * @returns {{parts: string[], height: number}}
 */
export function heading(name, setUp, left, room) {
	const names = wrapText(name, { room, size: NAME_FONT * 1.06, maxLines: 2 }); // bold letters are wider
	const lines = wrapList(setUp, { room, size: SMALL_FONT });
	const below = TOP_MARGIN + 26 * names.length;
	return {
		parts: [
			...names.map((text, at) => textElement(text, left, TOP_MARGIN + 18 + 26 * at, { "font-size": NAME_FONT, "font-weight": 600 })),
			...lines.map((text, at) => textElement(text, left, below + 16 + 20 * at, { "font-size": SMALL_FONT, fill: QUIET })),
		],
		height: below + 20 * lines.length + 20,
	};
}
