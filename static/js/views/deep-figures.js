// The article's figures of deep networks and of images.
import { featureMap, FILTER, gradientSizes, maxPool, SEVEN } from "./deep-figure-data.js";
import { curve, dot, group, line, PANEL_WIDTH, panels, round, signed, text } from "./figure-parts.js";
import { createSvg } from "../ui/svg.js";

const [MIN_POWER, MAX_POWER, FLOOR_Y] = [-7, -1, 100]; // powers of ten, and where the smaller one is

/** The gradient of each layer on a logarithmic scale: three panels. */
export const deep = () =>
	panels(/** @type {const} */ (["plain", "batch_norm", "residual"]).map((kind) => {
		const up = (/** @type {number} */ power) => FLOOR_Y - ((power - MIN_POWER) / (MAX_POWER - MIN_POWER)) * 95;
		const lines = Array.from({ length: MAX_POWER - MIN_POWER + 1 }, (_, index) => {
			const y = round(up(MIN_POWER + index));
			return createSvg("line", { class: "axis", x1: 0, x2: PANEL_WIDTH, y1: y, y2: y, "stroke-opacity": index === 0 ? 1 : 0.35 });
		});
		const bars = gradientSizes(kind).map((size, index) => {
			const top = up(Math.max(MIN_POWER, Math.log10(size)));
			return createSvg("rect", { class: "amount", x: 4 + index * 16, y: round(top), width: 11, height: round(FLOOR_Y - top) });
		});
		return [...lines, ...bars];
	}));

/** One layer: sum, batch normalization, activation, and the connection around them. */
export function mend() {
	const straight = (/** @type {number} */ from, /** @type {number} */ to) => line([[from, 42], [to, 42]], "weight");
	return [
		createSvg("path", { class: "path", "stroke-width": 1.5, d: "M 40 42 C 40 112, 268 112, 268 58" }),
		straight(32, 74),
		dot(18, 42, "unit", 14),
		text(14, 46, "x"),
		dot(92, 42, "unit", 18),
		text(87, 47, "Σ"),
		straight(110, 140),
		createSvg("rect", { class: "amount", x: 140, y: 18, width: 8, height: 48, rx: 2 }),
		text(133, 12, "γ, β"),
		straight(148, 176),
		group(176, 18, createSvg("rect", { class: "unit", width: 48, height: 48, rx: 4 }), ...curve(Math.tanh, 48, 48)),
		text(196, 12, "g"),
		straight(224, 252),
		dot(268, 42, "unit", 16),
		text(264, 46, "+"),
		straight(284, 306),
		text(312, 46, "y"),
	];
}

/** Squares of a grid. @param {number[][]} values @param {number} size of a square @param {(value: number) => Record<string, string | number>} look */
const grid = (values, size, look) =>
	values.flatMap((row, y) =>
		row.map((value, x) =>
			createSvg("rect", { x: round(x * size), y: round(y * size), width: size - 0.5, height: size - 0.5, ...look(value) })
		)
	);

/** A digit, a filter, the feature map, and the map after pooling. */
export function images() {
	const map = featureMap(SEVEN, FILTER);
	const largest = Math.max(...map.flat());
	const ink = (/** @type {number} */ value) => ({ class: "ink", "fill-opacity": Math.max(0.06, round(value * 10) / 10) });
	const colour = (/** @type {number} */ scale) => (/** @type {number} */ value) => ({
		class: value === 0 ? "ink" : signed(value),
		"fill-opacity": Math.max(0.06, round((Math.abs(value) / scale) * 100) / 100),
	});
	return [
		group(0, 10, ...grid(SEVEN, 11, ink)),
		text(95, 58, "∗"),
		group(108, 36, ...grid(FILTER, 12, colour(1))),
		text(151, 58, "→"),
		group(168, 10, ...grid(map, 11, colour(largest))),
		text(262, 58, "→"),
		group(280, 32, ...grid(maxPool(map), 11, colour(largest))),
	];
}
