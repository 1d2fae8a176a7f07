// The printable picture of the network's output over the plane: a bitmap, with axes, points and decision line as vectors.
import { createClassColors, createColorMap } from "../ui/color.js";
import { linearScale } from "../ui/scale.js";
import { ticksBetween } from "./axis.js";
import { heading } from "./heading.js";
import { dot, KEY_WIDTH, outputKey, TEST_RING, TRAIN_RING } from "./output-key.js";
import { EDGE, element, INK, line, pathOf, svgPicture, textElement, translated } from "./svg-text.js";
import { truncate, widthOf } from "./text-size.js";
import { PLANE } from "../settings/limits.js";

const PLANE_SIDE = 600;
const FONT = 16;

/** Return the segments of a contour line, one or two in each square of four cells that it crosses. @param {number[][]} values rows from the top @param {number} level */
export function contourSegments(values, level) {
	/** @type {number[][][]} two places each, in cells: x and y */
	const pieces = [];
	const crossing = (/** @type {number} */ one, /** @type {number} */ other) => (level - one) / (other - one);
	for (let row = 0; row + 1 < values.length; row++) {
		for (let column = 0; column + 1 < values[row].length; column++) {
			const [a, b, c, d] = [values[row][column], values[row][column + 1], values[row + 1][column + 1], values[row + 1][column]];
			const above = [a, b, c, d].map((value) => value >= level);
			const places = [];
			if (above[0] !== above[1]) places.push([column + crossing(a, b), row]);
			if (above[1] !== above[2]) places.push([column + 1, row + crossing(b, c)]);
			if (above[2] !== above[3]) places.push([column + 1 - crossing(c, d), row + 1]);
			if (above[3] !== above[0]) places.push([column, row + 1 - crossing(d, a)]);
			for (let each = 0; each + 1 < places.length; each += 2) pieces.push([places[each], places[each + 1]]);
		}
	}
	return pieces;
}

/** Return the numbers and names of both axes around the square, whose corner is at 0, and the pixels they need to its left. @param {DataColumns | null} columns @param {I18n} i18n */
function drawAxes(columns, i18n) {
	const x = linearScale([-PLANE, PLANE], [0, PLANE_SIDE]);
	const y = linearScale([-PLANE, PLANE], [PLANE_SIDE, 0]);
	const ticksY = ticksBetween(-PLANE, PLANE, 6, i18n, columns?.x2);
	const fewer = [6, 4, 3, 2].map((count) => ticksBetween(-PLANE, PLANE, count, i18n, columns?.x1)); // wide numbers need room
	const ticksX = fewer.find((ticks) => ticks.every(({ text }) => widthOf(text, FONT) + 16 < PLANE_SIDE / ticks.length)) ?? fewer[3];
	const left = Math.max(...ticksY.map(({ text }) => widthOf(text, FONT))) + 24;
	const parts = [
		element("rect", { x: 0, y: 0, width: PLANE_SIDE, height: PLANE_SIDE, fill: "none", stroke: EDGE }),
		...ticksX.flatMap((
			{ text, at },
		) => [line(x(at), PLANE_SIDE, x(at), PLANE_SIDE + 6), textElement(text, x(at), PLANE_SIDE + 26, { "text-anchor": "middle" })]),
		...ticksY.flatMap(({ text, at }) => [line(-6, y(at), 0, y(at)), textElement(text, -12, y(at) + 5, { "text-anchor": "end" })]),
		textElement(truncate(columns?.x1.name ?? "x₁", PLANE_SIDE, FONT), PLANE_SIDE / 2, PLANE_SIDE + 52, { "text-anchor": "middle" }),
		textElement(truncate(columns?.x2.name ?? "x₂", PLANE_SIDE, FONT), 0, 0, {
			"text-anchor": "middle",
			transform: `translate(${(-left - 6).toFixed(1)} ${PLANE_SIDE / 2}) rotate(-90)`,
		}),
	];
	return { parts, left: left + 30 };
}

/** Return the picture of the plane. @param {BoundaryData} data @param {PrintOptions} options @returns {Picture} */
export function boundaryPicture({ config, columns, scale, points, image, values }, { i18n, name, setUp }) {
	const x = linearScale([-PLANE, PLANE], [0, PLANE_SIDE]);
	const y = linearScale([-PLANE, PLANE], [PLANE_SIDE, 0]);
	const [numbers, classes] = [createColorMap("light"), createClassColors("light")];
	const css = (/** @type {number} */ target) =>
		config.problem === "multiclass" ? classes.css(target) : numbers.css(Math.max(-1, Math.min(1, target)));
	const dots = (/** @type {number[][]} */ rows, /** @type {string} */ ring) =>
		rows.filter(([x1, x2]) => Math.max(Math.abs(x1), Math.abs(x2)) <= PLANE)
			.map(([x1, x2, target]) => dot(x(x1), y(x2), css(target), ring));
	const cell = PLANE_SIDE / (values?.length ?? 1);
	const pieces = values && typeof scale?.line === "number" ? contourSegments(values, scale.line) : [];
	const border = pieces.map((piece) => pathOf(piece.map(([column, row]) => [(column + 0.5) * cell, (row + 0.5) * cell])));
	const frame = drawAxes(columns, i18n);
	const width = frame.left + PLANE_SIDE + 32 + KEY_WIDTH + 12;
	const head = heading(name, setUp, 16, width - 32);
	const key = outputKey({ config, columns, scale }, border.length > 0, i18n);
	return svgPicture(
		{ width, height: head.height + Math.max(PLANE_SIDE + 68, key.height + 12), title: name, locale: i18n.locale },
		...head.parts,
		translated(
			frame.left,
			head.height,
			element("image", { x: 0, y: 0, width: PLANE_SIDE, height: PLANE_SIDE, href: image }),
			border.length ? element("path", { d: border.join(""), fill: "none", stroke: INK, "stroke-width": 2, "stroke-linecap": "round" }) : "",
			...dots(points.test, TEST_RING),
			...dots(points.train, TRAIN_RING),
			...frame.parts,
		),
		translated(frame.left + PLANE_SIDE + 32, head.height, ...key.parts),
	);
}
