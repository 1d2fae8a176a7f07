// The printable chart of the losses over the epochs.
import { epoch } from "../ui/format.js";
import { linearScale } from "../ui/scale.js";
import { tickTexts } from "./axis.js";
import { heading } from "./heading.js";
import { EDGE, element, INK, line, pathOf, svgPicture, textElement, translated } from "./svg-text.js";
import { widthOf } from "./text-size.js";

const [WIDTH, HEIGHT, AXIS_HEIGHT] = [700, 360, 64];
const FONT = 16;
const LEGEND_HEIGHT = 40;
const [TRAIN_STYLE, TEST_STYLE] = [{ stroke: EDGE, "stroke-dasharray": "7 4" }, { stroke: INK }];

/** Return the picture of the losses. @param {LossTable} losses @param {string} measure what the losses are, in words @param {PrintOptions} options @returns {Picture} */
export function chartPicture({ epoch: epochs, train_loss: train, test_loss: test }, measure, { i18n, name, setUp }) {
	const last = epochs.at(-1) || 1;
	const maxLoss = Math.max(...[...train, ...test].filter(Number.isFinite)) || 1;
	const x = linearScale([0, last], [0, WIDTH]);
	const y = linearScale([0, maxLoss], [HEIGHT, 0]);
	const up = y.ticks(5);
	const texts = tickTexts(up, i18n);
	const left = 46 + Math.max(...texts.map((text) => widthOf(text, FONT)));
	const ticksX = x.ticks(6).filter(Number.isInteger).map((each) =>
		line(x(each), HEIGHT, x(each), HEIGHT + 6) + textElement(epoch(each, i18n), x(each), HEIGHT + 26, { "text-anchor": "middle" })
	);
	const ticksY = up.map((each, at) =>
		line(0, y(each), WIDTH, y(each), { stroke: "#dde1e3" }) + textElement(texts[at], -10, y(each) + 5, { "text-anchor": "end" })
	);
	const curve = (/** @type {number[]} */ losses, /** @type {Record<string, string>} */ style) => {
		const places = losses.map((each, index) => [x(epochs[index]), y(each)]);
		return element("path", { d: pathOf(places), fill: "none", "stroke-width": 2.5, "stroke-linejoin": "round", ...style });
	};
	const key = (/** @type {string} */ text, /** @type {number} */ at, /** @type {Record<string, string>} */ style) =>
		line(at, 16 - LEGEND_HEIGHT, at + 32, 16 - LEGEND_HEIGHT, { "stroke-width": 3, ...style }) +
		textElement(text, at + 42, 21 - LEGEND_HEIGHT);
	const first = i18n.t("models.trainLoss");
	const head = heading(name, setUp, 16, left + WIDTH);
	return svgPicture(
		{ width: left + WIDTH + 40, height: head.height + LEGEND_HEIGHT + HEIGHT + AXIS_HEIGHT, title: name, locale: i18n.locale },
		...head.parts,
		translated(
			left,
			head.height + LEGEND_HEIGHT,
			...ticksY,
			line(0, HEIGHT, WIDTH, HEIGHT),
			...ticksX,
			curve(train, TRAIN_STYLE),
			curve(test, TEST_STYLE),
			key(first, 0, TRAIN_STYLE),
			key(i18n.t("models.testLoss"), 42 + widthOf(first, FONT) + 32, TEST_STYLE),
			textElement(i18n.t("models.epochs"), WIDTH / 2, HEIGHT + 50, { "text-anchor": "middle" }),
			textElement(measure, 0, 0, { "text-anchor": "middle", transform: `translate(${(22 - left).toFixed(1)} ${HEIGHT / 2}) rotate(-90)` }),
		),
	);
}
