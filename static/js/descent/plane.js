// The picture of a loss of two weights: contour lines, and the descent across them.
import { contoursOf } from "./contours.js";
import { createFrame } from "./picture.js";
import { createSvg } from "../ui/svg.js";
import { lineOf } from "./path-line.js";
import { tickText } from "../ui/format.js";
import { linearScale } from "../ui/scale.js";

const [SIZE, AXIS_MARGIN] = [256, 18];
const RIGHT = SIZE - 4;
const BOTTOM = SIZE - AXIS_MARGIN;

/** Return the picture. @param {DescentPictureOptions} options */
export function createPlane(options) {
	const { i18n } = options;
	let scaleX = linearScale([-5, 5], [AXIS_MARGIN, RIGHT]);
	let scaleY = linearScale([-5, 5], [BOTTOM, 4]);
	const clamp = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
		Math.max(low, Math.min(high, value));
	const frame = createFrame(options, SIZE, (x, y) => [scaleX.invert(clamp(x, AXIS_MARGIN, RIGHT)), scaleY.invert(clamp(y, 4, BOTTOM))]);
	const [lines, earlier, path] = ["contour", "earlier", "path"].map((kind) =>
		createSvg(kind === "contour" ? "g" : "path", { class: kind })
	);
	const [goals, steps, labels] = ["goals", "steps", "ticks"].map((kind) => createSvg("g", { class: kind }));
	const here = createSvg("circle", { class: "here", r: 5 });
	const box = createSvg("rect", { class: "axis", x: AXIS_MARGIN, y: 4, width: RIGHT - AXIS_MARGIN, height: BOTTOM - 4 });
	const clip = createSvg(
		"clipPath",
		{ id: "descent-clip" },
		createSvg("rect", { x: AXIS_MARGIN, y: 4, width: RIGHT - AXIS_MARGIN, height: BOTTOM - 4 }),
	);
	const clipped = createSvg("g", { "clip-path": "url(#descent-clip)" }, lines, goals, earlier, path, steps, here);
	frame.svg.append(clip, clipped, box, labels);
	/** @type {Landscape | null} */
	let drawnLandscape = null;

	const toPixels = (/** @type {number[]} */ [a, b]) => [scaleX(a), scaleY(b)];
	const dot = (/** @type {number[]} */ weights, /** @type {number} */ r) => {
		const [cx, cy] = toPixels(weights).map((each) => clamp(each, -99, 999).toFixed(1));
		return createSvg("circle", { cx, cy, r });
	};

	/** @param {Landscape} landscape */
	function drawLandscape(landscape) {
		scaleX = linearScale(landscape.range, [AXIS_MARGIN, RIGHT]);
		scaleY = linearScale(landscape.range, [BOTTOM, 4]);
		const at = (/** @type {number[]} */ [x, y]) => [AXIS_MARGIN + x * (RIGHT - AXIS_MARGIN), BOTTOM - y * (BOTTOM - 4)];
		const all = contoursOf(landscape);
		lines.replaceChildren(...all.map(({ pieces }, index) => {
			const line = createSvg("path", { d: pieces.map((piece) => lineOf(piece.map(at))).join("") });
			line.style.setProperty("--height", String(index / (all.length - 1)));
			return line;
		}));
		goals.replaceChildren(...landscape.minima.map((minimum) => dot(minimum, 5)));
		const numbers = scaleX.ticks(5);
		labels.replaceChildren(
			...numbers.map((value) => createSvg("text", { x: scaleX(value), y: SIZE - 5, "text-anchor": "middle" }, tickText(value, i18n))),
			...numbers.map((value) =>
				createSvg("text", { x: AXIS_MARGIN - 3, y: scaleY(value) + 3, "text-anchor": "end" }, tickText(value, i18n))
			),
			createSvg("text", { class: "name", x: RIGHT - 5, y: BOTTOM - 6, "text-anchor": "end" }, "w₁"),
			createSvg("text", { class: "name", x: AXIS_MARGIN + 5, y: 17 }, "w₂"),
		);
	}

	/** @param {DescentView} view */
	function update(view) {
		const { landscape, descent } = view;
		if (landscape !== drawnLandscape) drawLandscape(drawnLandscape = landscape);
		path.setAttribute("d", lineOf(descent.path.map(toPixels)));
		earlier.setAttribute("d", lineOf(view.previousPath.map(toPixels)));
		steps.replaceChildren(...descent.path.slice(-200).map((weights) => dot(weights, 2)));
		const [x, y] = toPixels(descent.weights);
		here.setAttribute("cx", clamp(x, -99, 999).toFixed(1));
		here.setAttribute("cy", clamp(y, -99, 999).toFixed(1));
		frame.update(view);
	}
	return { element: frame.element, update };
}
