// The activation of each layer as a curve with its slope, over a histogram of the sums: where the curve is flat, nothing is learned.
import { ACTIVATIONS } from "../settings/activations.js";
import { nameOf } from "./layer-table.js";
import { brief } from "./numbers.js";
import { h, setText } from "../ui/dom.js";
import { createSvg } from "../ui/svg.js";

/** Pixels of a curve's drawing, and between the curve and its edges. */
export const [WIDTH, HEIGHT, PAD] = [128, 64, 3];
export const LABEL_HEIGHT = 12; // of the numbers below a curve
const CURVE_PIECES = 64;
const SLOPE_STEP = 1e-3; // half the distance over which a slope is measured
const MIN_RANGE = 4; // of the sums that are shown

/**
 * Return the range of sums that a curve shows: that of the data, extended to include 0 and to a minimum width.
 * @param {Histogram} sums @returns {[number, number]}
 */
export function rangeOf({ low, high }) {
	const [first, last] = [Math.min(low, 0), Math.max(high, 0)];
	const missing = Math.max(0, MIN_RANGE - (last - first)) / 2;
	return [first - missing, last + missing];
}

/** Return the values of a function at evenly spaced points of a range. @param {(z: number) => number} f @param {[number, number]} range @returns {number[]} */
export const sample = (f, [first, last]) =>
	Array.from({ length: CURVE_PIECES + 1 }, (_, index) => f(first + ((last - first) * index) / CURVE_PIECES));

/** Return the derivative of a function by finite differences. @param {(z: number) => number} f @returns {(z: number) => number} */
export const slopeOf = (f) => (z) => (f(z + SLOPE_STEP) - f(z - SLOPE_STEP)) / (2 * SLOPE_STEP);

/** Return the path data of a curve through values, from left to right; the range of values fills the height. @param {number[]} values @param {[number, number]} range */
export function pathOf(values, [lowest, highest]) {
	const scale = (HEIGHT - 2 * PAD) / Math.max(highest - lowest, 1e-9);
	const places = values.map((value, index) => {
		const x = (index / (values.length - 1)) * WIDTH;
		return `${x.toFixed(1)} ${(HEIGHT - PAD - (value - lowest) * scale).toFixed(1)}`;
	});
	return `M${places.join("L")}`;
}

/** Return the numbers of a curve's axes: sums below, values at the left. @param {[number, number]} range @param {[number, number]} values @param {I18n} i18n */
export function axisNumbers([first, last], [lowest, highest], i18n) {
	const text = (/** @type {number} */ value, /** @type {Record<string, string | number>} */ place) => {
		const element = createSvg("text", place);
		element.textContent = brief(value, i18n);
		return element;
	};
	const zero = (-first / (last - first)) * WIDTH;
	const hasRoom = zero > 26 && zero < WIDTH - 26;
	return [
		text(first, { x: 1, y: HEIGHT + LABEL_HEIGHT - 3 }),
		...(hasRoom ? [text(0, { x: zero.toFixed(1), y: HEIGHT + LABEL_HEIGHT - 3, "text-anchor": "middle" })] : []),
		text(last, { x: WIDTH - 1, y: HEIGHT + LABEL_HEIGHT - 3, "text-anchor": "end" }),
		text(highest, { class: "of-curve", x: 2, y: 10 }),
		text(lowest, { class: "of-curve", x: 2, y: HEIGHT - 5 }),
	];
}

/** @param {number[]} values @returns {[number, number]} */
const rangeWithZero = (values) => [Math.min(0, ...values), Math.max(0, ...values)];

/** @param {I18n} i18n */
function createCurve(i18n) {
	const picture = createSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + LABEL_HEIGHT}`, role: "img" });
	const [bars, axis, slope, curve] = ["sums", "axis", "slope", "curve"].map((kind) => createSvg("path", { class: kind }));
	const numbers = createSvg("g", {});
	const scale = ["of-slope", "of-slope"].map((kind, at) =>
		createSvg("text", { class: kind, x: WIDTH - 2, y: at ? HEIGHT - 5 : 10, "text-anchor": "end" })
	);
	picture.append(bars, axis, slope, curve, numbers, ...scale);
	const [name, steepest] = [h("span"), h("span")];
	const element = h("figure", {}, picture, h("figcaption", {}, name, steepest));
	return {
		element,
		/** @param {LayerStatistics} layer @param {[number, number]} slopesSpan of all layers */
		update(layer, slopesSpan) {
			const range = rangeOf(layer.sums);
			const f = ACTIVATIONS[layer.activation ?? "linear"];
			const [values, slopes] = [sample(f, range), sample(slopeOf(f), range)];
			const at = (/** @type {number} */ z) => ((z - range[0]) / (range[1] - range[0])) * WIDTH;
			const { low, high, counts } = layer.sums;
			const part = (high - low) / counts.length;
			const maxCount = Math.max(...counts, 1);
			const blocks = counts.map((count, index) => {
				const [left, right] = [at(low + index * part), at(low + (index + 1) * part)];
				const top = HEIGHT - PAD - (count / maxCount) * (HEIGHT - 2 * PAD);
				return `M${left.toFixed(1)} ${HEIGHT - PAD}V${top.toFixed(1)}H${right.toFixed(1)}V${HEIGHT - PAD}Z`;
			});
			bars.setAttribute("d", blocks.join(""));
			axis.setAttribute("d", `M${at(0).toFixed(1)} 0V${HEIGHT}`);
			curve.setAttribute("d", pathOf(values, rangeWithZero(values)));
			slope.setAttribute("d", pathOf(slopes, slopesSpan));
			numbers.replaceChildren(...axisNumbers(range, rangeWithZero(values), i18n));
			scale.forEach((text, at) => setText(text, brief(slopesSpan[1 - at], i18n)));
			setText(name, nameOf(layer, i18n));
			setText(steepest, i18n.t("inside.curve.steepest", { slope: brief(Math.max(...slopes), i18n) }));
			const percent = i18n.number(layer.saturated, { style: "percent", maximumFractionDigits: 0 });
			picture.setAttribute("aria-label", i18n.t("inside.curve", { layer: nameOf(layer, i18n), share: percent }));
		},
	};
}

/** Return the curves of all hidden layers. @param {I18n} i18n */
export function createLayerCurves(i18n) {
	const element = h("div", { class: "layer-curves" });
	/** @type {ReturnType<typeof createCurve>[]} */
	let curves = [];
	return {
		element,
		/** @param {LayerStatistics[]} layers of which the output has no curve */
		update(layers) {
			const hidden = layers.filter(({ activation }) => activation !== null);
			if (curves.length !== hidden.length) {
				curves = hidden.map(() => createCurve(i18n));
				element.replaceChildren(...curves.map((curve) => curve.element));
			}
			const all = hidden.flatMap(({ sums, activation }) => sample(slopeOf(ACTIVATIONS[activation ?? "linear"]), rangeOf(sums)));
			const smooth = all.filter((slope) => Math.abs(slope) < 10); // the step's jump has no slope
			const scale = /** @type {[number, number]} */ ([Math.min(0, ...smooth), Math.max(1, ...smooth)]);
			curves.forEach((curve, index) => curve.update(hidden[index], scale));
		},
	};
}
