// The losses over the epochs, for print.
import { epoch, tick } from "../ui/format.js";
import { linear } from "../ui/scale.js";
import { element, line, pathOf, picture, words } from "./svg-text.js";

const [WIDTH, HEIGHT] = [800, 480];
const FRAME = { left: 72, right: 776, top: 56, bottom: 412 };

/** @param {LossTable} losses @param {I18n} i18n @param {string} name @returns {Picture} */
export function chartPicture({ epoch: epochs, train_loss: train, test_loss: test }, i18n, name) {
	const last = epochs.at(-1) || 1;
	const most = Math.max(...train, ...test) || 1;
	const x = linear([0, last], [FRAME.left, FRAME.right]);
	const y = linear([0, most], [FRAME.bottom, FRAME.top]);
	const across = x.ticks(6).map((each) => words(epoch(each, i18n), x(each), FRAME.bottom + 24, { "text-anchor": "middle" }));
	const up = y.ticks(5).map((each) =>
		line(FRAME.left, y(each), FRAME.right, y(each), { stroke: "#dde1e3" }) +
		words(tick(each, i18n), FRAME.left - 10, y(each) + 5, { "text-anchor": "end" })
	);
	const curve = (/** @type {number[]} */ losses, /** @type {string} */ stroke, dashes = "none") =>
		element("path", {
			d: pathOf(losses.map((each, index) => [x(epochs[index]), y(each)])),
			fill: "none",
			stroke,
			"stroke-width": 2.5,
			"stroke-linejoin": "round",
			"stroke-dasharray": dashes,
		});
	const key = (/** @type {string} */ text, /** @type {number} */ at, /** @type {string} */ stroke, dashes = "none") =>
		line(at, 34, at + 32, 34, { stroke, "stroke-width": 3, "stroke-dasharray": dashes }) + words(text, at + 42, 39);
	return picture(
		WIDTH,
		HEIGHT,
		name,
		...up,
		line(FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom),
		...across,
		curve(train, "#7f8a90", "7 4"),
		curve(test, "#1e2427"),
		key(i18n.t("models.trainLoss"), FRAME.left, "#7f8a90", "7 4"),
		key(i18n.t("models.testLoss"), FRAME.left + 240, "#1e2427"),
		words(i18n.t("models.epochs"), (FRAME.left + FRAME.right) / 2, HEIGHT - 18, { "text-anchor": "middle" }),
	);
}
