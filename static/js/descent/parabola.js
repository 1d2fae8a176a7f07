// The picture of a loss of one weight: a parabola, those of the samples, and the descent on it.
import { lossOf } from "./landscapes.js";
import { createFrame } from "./picture.js";
import { createSvg } from "../ui/svg.js";
import { lineOf } from "./path-line.js";
import { tickText } from "../ui/format.js";
import { linearScale } from "../ui/scale.js";

const [WIDTH, HEIGHT, SIDE_MARGIN, BOTTOM_MARGIN, TOP_MARGIN] = [256, 152, 8, 20, 8];
const [CURVE_PIECES, VISIBLE_STEPS] = [80, 10]; // the picture has room for so many of the last steps
const HALF_TANGENT = 26; // pixels

/** Return the range of weights that the picture shows: around the minimum, with the last steps of the descent. @param {Landscape} landscape @param {number[][]} path @returns {[number, number]} */
export function rangeOf({ range: [low, high], minima: [[middle]] }, path) {
	const away = path.slice(-VISIBLE_STEPS).map(([w]) => Math.abs(w - middle));
	const half = Math.max((high - low) / 2, ...away.map((each) => each * 1.08));
	return [middle - half, middle + half];
}

/** Return the picture. @param {DescentPictureOptions} options */
export function createParabola(options) {
	const { i18n } = options;
	let scaleX = linearScale([-1, 7], [SIDE_MARGIN, WIDTH - SIDE_MARGIN]);
	const frame = createFrame(options, HEIGHT, (x) => [scaleX.invert(Math.max(SIDE_MARGIN, Math.min(WIDTH - SIDE_MARGIN, x)))]);
	const layer = (/** @type {string} */ kind, tag = "path") => createSvg(tag, { class: kind });
	const [axis, samples, taken, curve, earlier, path, tangent, steps, goal, here] = [
		layer("axis"),
		layer("sample"),
		layer("sample taken"),
		layer("curve"),
		layer("earlier", "g"),
		layer("path"),
		layer("tangent"),
		layer("steps", "g"),
		createSvg("circle", { class: "goal", r: 5 }),
		createSvg("circle", { class: "here", r: 5 }),
	];
	const labels = layer("ticks", "g");
	const name = createSvg("text", { class: "name", x: WIDTH - SIDE_MARGIN, y: HEIGHT - BOTTOM_MARGIN - 5, "text-anchor": "end" }, "w");
	const up = createSvg("text", { class: "name", x: SIDE_MARGIN + 16, y: TOP_MARGIN + 6 }, "L");
	frame.svg.append(axis, samples, taken, curve, earlier, path, tangent, steps, goal, here, labels, name, up);

	/** @param {DescentView} view */
	function update(view) {
		const { landscape, descent, sample } = view;
		if (!frame.isDragged()) scaleX = linearScale(rangeOf(landscape, descent.path), [SIDE_MARGIN, WIDTH - SIDE_MARGIN]);
		const [low, high] = [scaleX.invert(SIDE_MARGIN), scaleX.invert(WIDTH - SIDE_MARGIN)];
		const scaleY = linearScale([0, Math.max(landscape.loss([low]), landscape.loss([high]))], [HEIGHT - BOTTOM_MARGIN, TOP_MARGIN]);
		const toPixels = (/** @type {number} */ w, loss = landscape.loss([w])) => [scaleX(w), scaleY(loss)];
		const curveOf = (/** @type {(w: number) => number} */ loss) =>
			lineOf(Array.from({ length: CURVE_PIECES + 1 }, (_, index) => {
				const w = low + ((high - low) * index) / CURVE_PIECES;
				return toPixels(w, loss(w));
			}));
		const isBatch = landscape.samples.length > 1;
		const sampleCurves = landscape.samples.map((each) => curveOf((w) => lossOf(each, w)));
		axis.setAttribute("d", `M${SIDE_MARGIN} ${HEIGHT - BOTTOM_MARGIN}H${WIDTH - SIDE_MARGIN}`);
		samples.setAttribute("d", isBatch ? sampleCurves.join("") : "");
		taken.setAttribute("d", sample === null ? "" : sampleCurves[sample]);
		curve.setAttribute("d", curveOf((w) => landscape.loss([w])));
		const dots = (/** @type {number[][]} */ places) =>
			places.slice(-60).map(([w]) => {
				const [x, y] = toPixels(w);
				return createSvg("circle", { cx: x.toFixed(1), cy: Math.max(-99, y).toFixed(1), r: 2.5 });
			});
		const passed = descent.path.slice(-60);
		path.setAttribute("d", lineOf(passed.map(([w]) => toPixels(w))));
		earlier.replaceChildren(...dots(view.previousPath));
		steps.replaceChildren(...dots(passed));
		const [w] = descent.weights;
		const [x, y] = toPixels(w);
		const [slope] = landscape.gradient([w]);
		const tilt = Math.atan2(scaleY(slope) - scaleY(0), scaleX(1) - scaleX(0));
		const [dx, dy] = [HALF_TANGENT * Math.cos(tilt), HALF_TANGENT * Math.sin(tilt)];
		tangent.setAttribute("d", lineOf([[x - dx, y - dy], [x + dx, y + dy]]));
		for (const [mark, [cx, cy]] of /** @type {[Element, number[]][]} */ ([[goal, toPixels(landscape.minima[0][0])], [here, [x, y]]])) {
			mark.setAttribute("cx", cx.toFixed(1));
			mark.setAttribute("cy", Math.max(-99, cy).toFixed(1));
		}
		labels.replaceChildren(
			...scaleX.ticks(6).map((value) =>
				createSvg("text", { x: scaleX(value).toFixed(1), y: HEIGHT - 5, "text-anchor": "middle" }, tickText(value, i18n))
			),
		);
		frame.update(view);
	}
	return { element: frame.element, update };
}
