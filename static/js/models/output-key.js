// The key of the printable picture of the plane: colours, points and decision line.
import { ticksBetween } from "./axis.js";
import { createClassColors, createColorMap } from "../ui/color.js";
import { EDGE, element, INK, line, textElement } from "./svg-text.js";
import { wrapText } from "./text-size.js";

/** How wide the key is. */
export const KEY_WIDTH = 210;

const FONT = 14; // pixels
const ROW_HEIGHT = 22;
const [BAR_WIDTH, BAR_HEIGHT, TIP_HEIGHT] = [18, 200, 12];

/** Return an entry of the key: a mark, and a text beside it of up to two lines; `below` is the y under it. @param {number} y @param {string} mark @param {string} text */
function createEntry(y, mark, text) {
	const lines = wrapText(text, { room: KEY_WIDTH - 30, size: FONT, maxLines: 2 });
	const below = y + (lines.length - 1) * 18 + ROW_HEIGHT + 4;
	return { parts: [mark, ...lines.map((each, at) => textElement(each, 30, y + 5 + 18 * at, { "font-size": FONT }))], below };
}

/** Return the vertical colour bar, with the largest value at the top. @param {number} top @param {NodeScale} scale @param {DataColumn | null} column @param {I18n} i18n */
function createColorBar(top, { low, high, beyondLow, beyondHigh, line: border }, column, i18n) {
	const colors = createColorMap("light");
	const y = (/** @type {number} */ value) => top + TIP_HEIGHT + BAR_HEIGHT * (1 - (value - low) / (high - low));
	const stop = (/** @type {number} */ fraction) => element("stop", { offset: fraction, "stop-color": colors.css(2 * fraction - 1) });
	const [first, last] = [top + TIP_HEIGHT, top + TIP_HEIGHT + BAR_HEIGHT];
	const outline = `M0 ${first}${beyondHigh ? `L${BAR_WIDTH / 2} ${top}` : ""}L${BAR_WIDTH} ${first}V${last}${
		beyondLow ? `L${BAR_WIDTH / 2} ${last + TIP_HEIGHT}` : ""
	}L0 ${last}Z`;
	const tip = (/** @type {number} */ value, /** @type {number} */ end) =>
		element("path", { d: `M0 ${y(value)}L${BAR_WIDTH / 2} ${end}L${BAR_WIDTH} ${y(value)}Z`, fill: colors.css(value === low ? -1 : 1) });
	return [
		element("linearGradient", { id: "tinkernet-scale", x1: 0, y1: 1, x2: 0, y2: 0 }, stop(0), stop(0.5), stop(1)),
		beyondHigh ? tip(high, top) : "",
		beyondLow ? tip(low, last + TIP_HEIGHT) : "",
		element("rect", { x: 0, y: first, width: BAR_WIDTH, height: BAR_HEIGHT, fill: "url(#tinkernet-scale)" }),
		element("path", { d: outline, fill: "none", stroke: EDGE }),
		...ticksBetween(low, high, 4, i18n, column).flatMap(({ text, at }) => [
			line(BAR_WIDTH, y(at), BAR_WIDTH + 5, y(at)),
			textElement(text, BAR_WIDTH + 10, y(at) + 5, { "font-size": FONT }),
		]),
		border === null ? "" : line(-3, y(border), BAR_WIDTH + 3, y(border), { stroke: INK, "stroke-width": 2 }),
	];
}

/** A point as it is drawn. @param {number} x @param {number} y @param {string} fill @param {string} ring */
export const dot = (x, y, fill, ring) => element("circle", { cx: x, cy: y, r: 4.5, fill, stroke: ring, "stroke-width": 1.2 });

export const [TRAIN_RING, TEST_RING] = ["#ffffff", "#101416"];

/**
 * Return the classes with their colours. @param {PictureState["config"]} config @param {DataColumns | null} columns @param {NodeScale | null} scale @param {I18n} i18n
 * @returns {{fill: string, text: string}[]} none in regression
 */
function classesOf({ problem, classes }, columns, scale, i18n) {
	const name = (/** @type {number} */ index, /** @type {number} */ number) =>
		columns?.classes[index] ?? i18n.t("classes.name", { index: number });
	if (problem === "multiclass") {
		const colors = createClassColors("light");
		return Array.from({ length: classes }, (_, index) => ({ fill: colors.css(index), text: name(index, index) }));
	}
	if (problem !== "classification") return [];
	const colors = createColorMap("light");
	return [{ fill: colors.css(1), text: name(1, 1) }, { fill: colors.css(-1), text: name(0, scale?.low ?? -1) }];
}

/**
 * Return the key, with its top left corner at 0, and its height in pixels.
 * @param {{config: PictureState["config"], columns: DataColumns | null, scale: NodeScale | null}} shown `scale` is null for several classes
 * @param {boolean} hasLine whether there is a decision line @param {I18n} i18n @returns {{parts: string[], height: number}}
 */
export function outputKey({ config, columns, scale }, hasLine, i18n) {
	const { t } = i18n;
	const target = columns?.target ?? null;
	/** @type {string[]} */
	const parts = [];
	let y = 12;
	const add = (/** @type {string} */ mark, /** @type {string} */ text) => {
		const { parts: entryParts, below } = createEntry(y, mark, text);
		parts.push(...entryParts);
		y = below;
	};
	const note = (/** @type {string} */ text) => {
		for (const each of wrapText(text, { room: KEY_WIDTH, size: FONT })) {
			parts.push(textElement(each, 0, y, { "font-size": FONT }));
			y += 18;
		}
		y += 6;
	};
	note(scale ? target?.name ?? t("models.output") : t("models.classesKey"));
	if (scale) {
		parts.push(...createColorBar(y - 14, scale, target, i18n));
		y += BAR_HEIGHT + 2 * TIP_HEIGHT + 14;
		if (scale.beyondLow || scale.beyondHigh) note(t("models.beyond"));
	}
	for (const { fill, text } of classesOf(config, columns, scale, i18n)) {
		add(element("circle", { cx: 9, cy: y, r: 8, fill }), text);
	}
	if (hasLine) add(line(0, y, 20, y, { stroke: INK, "stroke-width": 2 }), t("models.border"));
	for (const [ring, key] of [[TRAIN_RING, "models.trainPoints"], [TEST_RING, "models.testPoints"]]) {
		add(element("rect", { x: 0, y: y - 9, width: 18, height: 18, rx: 3, fill: "#b4bcc0" }) + dot(9, y, "#dfe3e5", ring), t(key));
	}
	return { parts, height: y };
}
