// The loss over two weights: lines of equal loss, and the descent across them.
import { contoursOf } from "./contours.js";
import { createFrame } from "./picture.js";
import { draw } from "../ui/svg.js";
import { lineOf } from "./path-line.js";
import { tick } from "../ui/format.js";
import { linear } from "../ui/scale.js";

const [SIZE, AXIS_MARGIN] = [256, 18];
const RIGHT = SIZE - 4;
const BOTTOM = SIZE - AXIS_MARGIN;

/** @param {DescentPictureOptions} options */
export function createPlane(options) {
	const { i18n } = options;
	let across = linear([-5, 5], [AXIS_MARGIN, RIGHT]);
	let down = linear([-5, 5], [BOTTOM, 4]);
	const inside = (/** @type {number} */ place, /** @type {number} */ low, /** @type {number} */ high) =>
		Math.max(low, Math.min(high, place));
	const frame = createFrame(options, SIZE, (x, y) => [across.invert(inside(x, AXIS_MARGIN, RIGHT)), down.invert(inside(y, 4, BOTTOM))]);
	const [lines, earlier, path] = ["contour", "earlier", "path"].map((kind) => draw(kind === "contour" ? "g" : "path", { class: kind }));
	const [goals, steps, labels] = ["goals", "steps", "ticks"].map((kind) => draw("g", { class: kind }));
	const here = draw("circle", { class: "here", r: 5 });
	const box = draw("rect", { class: "axis", x: AXIS_MARGIN, y: 4, width: RIGHT - AXIS_MARGIN, height: BOTTOM - 4 });
	const clip = draw(
		"clipPath",
		{ id: "descent-clip" },
		draw("rect", { x: AXIS_MARGIN, y: 4, width: RIGHT - AXIS_MARGIN, height: BOTTOM - 4 }),
	);
	const within = draw("g", { "clip-path": "url(#descent-clip)" }, lines, goals, earlier, path, steps, here);
	frame.svg.append(clip, within, box, labels);
	/** @type {Landscape | null} */
	let drawn = null;

	const place = (/** @type {number[]} */ [a, b]) => [across(a), down(b)];
	const dot = (/** @type {number[]} */ weights, /** @type {number} */ r) => {
		const [cx, cy] = place(weights).map((each) => inside(each, -99, 999).toFixed(1));
		return draw("circle", { cx, cy, r });
	};

	/** @param {Landscape} landscape */
	function drawLandscape(landscape) {
		across = linear(landscape.range, [AXIS_MARGIN, RIGHT]);
		down = linear(landscape.range, [BOTTOM, 4]);
		const at = (/** @type {number[]} */ [x, y]) => [AXIS_MARGIN + x * (RIGHT - AXIS_MARGIN), BOTTOM - y * (BOTTOM - 4)];
		const all = contoursOf(landscape);
		lines.replaceChildren(...all.map(({ pieces }, index) => {
			const line = draw("path", { d: pieces.map((piece) => lineOf(piece.map(at))).join("") });
			line.style.setProperty("--height", String(index / (all.length - 1)));
			return line;
		}));
		goals.replaceChildren(...landscape.minima.map((minimum) => dot(minimum, 5)));
		const numbers = across.ticks(5);
		labels.replaceChildren(
			...numbers.map((value) => draw("text", { x: across(value), y: SIZE - 5, "text-anchor": "middle" }, tick(value, i18n))),
			...numbers.map((value) => draw("text", { x: AXIS_MARGIN - 3, y: down(value) + 3, "text-anchor": "end" }, tick(value, i18n))),
			draw("text", { class: "name", x: RIGHT - 5, y: BOTTOM - 6, "text-anchor": "end" }, "w₁"),
			draw("text", { class: "name", x: AXIS_MARGIN + 5, y: 17 }, "w₂"),
		);
	}

	/** @param {DescentView} view */
	function update(view) {
		const { landscape, descent } = view;
		if (landscape !== drawn) drawLandscape(drawn = landscape);
		path.setAttribute("d", lineOf(descent.path.map(place)));
		earlier.setAttribute("d", lineOf(view.earlier.map(place)));
		steps.replaceChildren(...descent.path.slice(-200).map((weights) => dot(weights, 2)));
		const [x, y] = place(descent.weights);
		here.setAttribute("cx", inside(x, -99, 999).toFixed(1));
		here.setAttribute("cy", inside(y, -99, 999).toFixed(1));
		frame.update(view);
	}
	return { element: frame.element, update };
}
