// What the network answers over the plane, for print: a bitmap with axes, points and decision line as vectors.
import { createClassColors, createColorMap } from "../ui/color.js";
import { tick } from "../ui/format.js";
import { linear } from "../ui/scale.js";
import { element, line, pathOf, picture, words } from "./svg-text.js";

const [SIDE, LEFT, TOP] = [600, 72, 24];
const REACH = 6; // of the plane, to each side

/** Where the values of a square's sides cross a level: the pieces of the line within each square of four cells. @param {number[][]} values rows from the top @param {number} level */
export function crossings(values, level) {
	/** @type {number[][][]} two places each, in cells: x and y */
	const pieces = [];
	const share = (/** @type {number} */ one, /** @type {number} */ other) => (level - one) / (other - one);
	for (let row = 0; row + 1 < values.length; row++) {
		for (let column = 0; column + 1 < values[row].length; column++) {
			const [a, b, c, d] = [values[row][column], values[row][column + 1], values[row + 1][column + 1], values[row + 1][column]];
			const above = [a, b, c, d].map((value) => value >= level);
			const places = [];
			if (above[0] !== above[1]) places.push([column + share(a, b), row]);
			if (above[1] !== above[2]) places.push([column + 1, row + share(b, c)]);
			if (above[2] !== above[3]) places.push([column + 1 - share(c, d), row + 1]);
			if (above[3] !== above[0]) places.push([column, row + 1 - share(d, a)]);
			for (let each = 0; each + 1 < places.length; each += 2) pieces.push([places[each], places[each + 1]]);
		}
	}
	return pieces;
}

/** @param {import("./types.d.ts").BoundaryData} data @param {I18n} i18n @param {string} name @returns {Picture} */
export function boundaryPicture({ config, points, image, values, level }, i18n, name) {
	const x = linear([-REACH, REACH], [LEFT, LEFT + SIDE]);
	const y = linear([-REACH, REACH], [TOP + SIDE, TOP]);
	const [numbers, classes] = [createColorMap("light"), createClassColors("light")];
	const css = (/** @type {number} */ target) =>
		config.problem === "multiclass" ? classes.css(target) : numbers.css(Math.max(-1, Math.min(1, target)));
	const columns = config.data_columns;
	const shown = (/** @type {number} */ value, /** @type {{offset: number, factor: number} | undefined} */ column) =>
		tick(column ? Number((value / column.factor + column.offset).toPrecision(4)) : value, i18n);
	const ticks = [-6, -4, -2, 0, 2, 4, 6];
	const axes = ticks.flatMap((each) => [
		line(x(each), TOP + SIDE, x(each), TOP + SIDE + 6),
		words(shown(each, columns?.x1), x(each), TOP + SIDE + 26, { "text-anchor": "middle" }),
		line(LEFT - 6, y(each), LEFT, y(each)),
		words(shown(each, columns?.x2), LEFT - 12, y(each) + 5, { "text-anchor": "end" }),
	]);
	const dots = (/** @type {number[][]} */ rows, /** @type {string} */ ring) =>
		rows.filter(([x1, x2]) => Math.max(Math.abs(x1), Math.abs(x2)) <= REACH).map(([x1, x2, target]) =>
			element("circle", { cx: x(x1), cy: y(x2), r: 4.5, fill: css(target), stroke: ring, "stroke-width": 1.2 })
		);
	const cell = SIDE / (values?.length ?? 1);
	const border = values &&
		crossings(values, level).map((piece) => pathOf(piece.map(([column, row]) => [LEFT + (column + 0.5) * cell, TOP + (row + 0.5) * cell])));
	return picture(
		LEFT + SIDE + 32,
		TOP + SIDE + 64,
		name,
		element("image", { x: LEFT, y: TOP, width: SIDE, height: SIDE, href: image }),
		border ? element("path", { d: border.join(""), fill: "none", stroke: "#1e2427", "stroke-width": 2, "stroke-linecap": "round" }) : "",
		...dots(points.test, "#101416"),
		...dots(points.train, "#ffffff"),
		element("rect", { x: LEFT, y: TOP, width: SIDE, height: SIDE, fill: "none", stroke: "#7f8a90" }),
		...axes,
		words(columns?.x1.name ?? "x₁", LEFT + SIDE / 2, TOP + SIDE + 52, { "text-anchor": "middle" }),
		words(columns?.x2.name ?? "x₂", 20, TOP + SIDE / 2, { "text-anchor": "middle", transform: `rotate(-90 20 ${TOP + SIDE / 2})` }),
	);
}
