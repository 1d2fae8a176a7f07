// The frame of both pictures: chooses the start with pointer or arrow keys, and describes the picture to screen readers.
import { plain } from "./numbers.js";
import { createSvg } from "../ui/svg.js";
import { createAnnouncer } from "../ui/announcer.js";
import { h } from "../ui/dom.js";

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const [KEY_STEP, SHIFT_KEY_STEP] = [0.1, 0.5]; // of a weight, by an arrow key

/** Return weights as text: w₁ = −4, w₂ = 1. @param {number[]} weights @param {I18n} i18n */
export const weightsText = (weights, i18n) =>
	weights.length === 1
		? `w = ${plain(weights[0], i18n)}`
		: i18n.t("descent.both", { first: `w₁ = ${plain(weights[0], i18n)}`, second: `w₂ = ${plain(weights[1], i18n)}` });

/** Round a chosen weight to two decimals. @param {number} w */
const roundWeight = (w) => Math.round(w * 100) / 100;

/**
 * Return the frame with its SVG element; `isDragged` tells whether the start is being dragged.
 * @param {DescentPictureOptions} options
 * @param {number} height of the drawing, which is 256 wide
 * @param {(x: number, y: number) => number[]} weightsAt returns the weights at a point of the drawing, in its units
 */
export function createFrame({ i18n, onStart }, height, weightsAt) {
	const svg = /** @type {SVGSVGElement} */ (createSvg("svg", { viewBox: `0 0 256 ${height}`, "aria-hidden": "true" }));
	const announcer = createAnnouncer();
	const element = h("div", { class: "descent-picture", tabindex: "0", role: "application" }, svg, announcer.element);
	/** @type {DescentView | null} */
	let lastView = null;
	let dragging = false;

	function startAt(/** @type {PointerEvent} */ event) {
		const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
		onStart(weightsAt(x, y).map(roundWeight));
	}
	element.addEventListener("pointerdown", (event) => {
		if (event.button !== 0) return;
		event.preventDefault();
		element.focus({ preventScroll: true });
		element.setPointerCapture(event.pointerId);
		dragging = true;
		startAt(event);
	});
	element.addEventListener("pointermove", (event) => dragging && startAt(event));
	for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (dragging = false));
	element.addEventListener("keydown", (event) => {
		const move = MOVES[event.key];
		if (!move || !lastView || event.altKey || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		announcer.expect();
		const [start] = lastView.descent.path;
		const size = event.shiftKey ? SHIFT_KEY_STEP : KEY_STEP;
		onStart(start.map((w, index) => roundWeight(w + size * (start.length === 1 ? move[0] || move[1] : move[index]))));
	});
	return {
		element,
		svg,
		isDragged: () => dragging,
		/** @param {DescentView} view */
		update(view) {
			lastView = view;
			const { weights } = view.descent;
			const where = weightsText(weights, i18n);
			const loss = plain(view.landscape.loss(weights), i18n);
			element.setAttribute("aria-label", i18n.t("descent.picture", { where, loss }));
			announcer.announce(i18n.t("descent.here", { where, loss }));
		},
	};
}
