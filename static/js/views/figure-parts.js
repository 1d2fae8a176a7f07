// The elements of the article's figures: SVG lines, dots, texts and curves in the classes of article.css.
import { createSvg } from "../ui/svg.js";

export const [WIDTH, HEIGHT] = [330, 110];
export const PANEL_WIDTH = 100; // of one of three

/** Round to one decimal. */
export const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;
/** Return a polyline. */
export const line = (/** @type {number[][]} */ points, kind = "curve", width = 1.5) =>
	createSvg("polyline", { class: kind, "stroke-width": width, points: points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ") });
/** Return a circle. */
export const dot = (/** @type {number} */ x, /** @type {number} */ y, kind = "dot", r = 2.2) =>
	createSvg("circle", { class: kind, cx: round(x), cy: round(y), r });
/** Return a text. */
export const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ content) =>
	createSvg("text", { x, y }, content);
/** Return a group of elements, moved to a position. */
export const group = (/** @type {number} */ x, /** @type {number} */ y, /** @type {Element[]} */ ...parts) =>
	createSvg("g", { transform: `translate(${x} ${y})` }, ...parts);
/** Return the class of a value by its sign. */
export const signed = (/** @type {number} */ value) => (value < 0 ? "negative" : "positive");

/** Three panels beside each other. @param {Element[][]} panels */
export const panels = (panels) => panels.map((parts, index) => group(index * (PANEL_WIDTH + 15), 0, ...parts));

/** A curve over -3..3. @param {(z: number) => number} f @param {number} width @param {number} height */
export function curve(f, width, height) {
	const [across, up] = [width / 6, height / 4];
	const at = (/** @type {number} */ z, /** @type {number} */ a) => [width / 2 + z * across, height / 2 - Math.max(-2, Math.min(2, a)) * up];
	const places = Array.from({ length: 121 }, (_, index) => index / 20 - 3);
	return [line([at(-3, 0), at(3, 0)], "axis"), line([at(0, -2), at(0, 2)], "axis"), line(places.map((z) => at(z, f(z))))];
}
