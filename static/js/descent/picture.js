// The frame of a picture of a loss: the start is chosen with pointer or arrow keys.
import { plain } from "./numbers.js";
import { draw } from "../ui/svg.js";
import { createAnnouncer } from "../ui/announcer.js";
import { h } from "../ui/dom.js";

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const [KEY_STEP, SHIFT_KEY_STEP] = [0.1, 0.5]; // of a weight, by an arrow key

/** Weights as text: w₁ = −4, w₂ = 1. @param {number[]} weights @param {I18n} i18n */
export const weightsText = (weights, i18n) =>
	weights.length === 1
		? `w = ${plain(weights[0], i18n)}`
		: i18n.t("descent.both", { first: `w₁ = ${plain(weights[0], i18n)}`, second: `w₂ = ${plain(weights[1], i18n)}` });

/** A weight without the noise of its last digits. @param {number} w */
const tidy = (w) => Math.round(w * 100) / 100;

/**
 * @param {DescentPictureOptions} options
 * @param {number} height of the drawing, which is 256 wide
 * @param {(x: number, y: number) => number[]} weightsAt those of a place of the drawing
 */
export function createFrame({ i18n, onStart }, height, weightsAt) {
	const svg = /** @type {SVGSVGElement} */ (draw("svg", { viewBox: `0 0 256 ${height}`, "aria-hidden": "true" }));
	const reading = createAnnouncer();
	const element = h("div", { class: "descent-picture", tabindex: "0", role: "application" }, svg, reading.element);
	/** @type {DescentView | null} */
	let shown = null;
	let dragging = false;

	function startAt(/** @type {PointerEvent} */ event) {
		const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
		onStart(weightsAt(x, y).map(tidy));
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
		if (!move || !shown || event.altKey || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		reading.ask();
		const [start] = shown.descent.path;
		const size = event.shiftKey ? SHIFT_KEY_STEP : KEY_STEP;
		onStart(start.map((w, index) => tidy(w + size * (start.length === 1 ? move[0] || move[1] : move[index]))));
	});
	return {
		element,
		svg,
		isDragged: () => dragging,
		/** @param {DescentView} view */
		update(view) {
			shown = view;
			const { weights } = view.descent;
			const where = weightsText(weights, i18n);
			const loss = plain(view.landscape.loss(weights), i18n);
			element.setAttribute("aria-label", i18n.t("descent.picture", { where, loss }));
			reading.tell(i18n.t("descent.here", { where, loss }));
		},
	};
}
