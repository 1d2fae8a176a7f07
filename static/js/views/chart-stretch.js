// The range of epochs that the loss chart shows: the whole run, or a stretch of it that was zoomed in on.
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

const MIN_LENGTH = 2; // epochs
const MIN_DRAG = 6; // pixels; a press with less is no selection

/** @typedef {[number, number]} Stretch first and last epoch */

/** Clamp a stretch to a run, with at least `MIN_LENGTH` epochs. @param {Stretch} wanted @param {number} last the run's last epoch @returns {Stretch | null} null: all */
export function stretchWithin([from, to], last) {
	const [low, high] = [Math.min(from, to), Math.max(from, to)].map((each) => Math.round(Math.max(0, Math.min(last, each))));
	if (high - low >= last) return null;
	const start = Math.min(low, Math.max(0, last - MIN_LENGTH));
	return [start, Math.max(high, Math.min(last, start + MIN_LENGTH))];
}

/** Return half of a stretch, around an epoch of it. @param {Stretch} whole @param {number} around @returns {Stretch} */
export function halveStretch([from, to], around) {
	const size = (to - from) / 2;
	const start = Math.max(from, Math.min(to - size, around - size / 2));
	return [start, start + size];
}

/** Return the points of a stretch and one beyond each end, so that curves reach the edges. @param {HistoryPoint[]} points @param {Stretch} stretch */
export function pointsWithin(points, [from, to]) {
	const first = points.findIndex((each) => each.epoch >= from);
	if (first < 0) return [];
	const after = points.findIndex((each) => each.epoch > to);
	return points.slice(Math.max(0, first - 1), after < 0 ? points.length : after + 1);
}

/**
 * Buttons to zoom in and out.
 * @param {{i18n: I18n, onIn: () => void, onOut: () => void}} options
 */
export function createZoomButtons({ i18n, onIn, onOut }) {
	const button = (/** @type {string} */ name, /** @type {string} */ sign, /** @type {() => void} */ onClick) => {
		const made = h("button", {
			type: "button",
			class: "icon-button small",
			"aria-label": i18n.t(`control.${name}.label`),
			data: { help: `control.${name}.help` },
		}, icon(sign));
		made.addEventListener("click", onClick);
		return made;
	};
	const [zoomIn, showAll] = [button("zoomIn", "zoom-in", onIn), button("zoomOut", "zoom-out", onOut)];
	const element = h("div", { class: "chart-zoom", hidden: true }, zoomIn, showAll);
	return {
		element,
		/** @param {boolean} zoomed @param {boolean} canZoom whether there are epochs to zoom in on */
		update(zoomed, canZoom) {
			element.hidden = !canZoom;
			showAll.hidden = !zoomed;
		},
	};
}

/**
 * Let a mouse or pen select a stretch by dragging; a finger reads values instead.
 * @param {HTMLCanvasElement} canvas
 * @param {{fractionAcross: (event: PointerEvent) => number, onSelecting: (stretch: [number, number] | null) => void, onSelected: (stretch: [number, number]) => void}} options
 *   `fractionAcross` is where the pointer is, 0 to 1 across the plot; so are the stretches
 */
export function listenToSelection(canvas, { fractionAcross, onSelecting, onSelected }) {
	/** @type {{x: number, at: number} | null} */
	let pressed = null;
	let selecting = false;
	canvas.addEventListener("pointerdown", (event) => {
		if (event.pointerType === "touch" || event.button !== 0) return;
		pressed = { x: event.clientX, at: fractionAcross(event) };
		canvas.setPointerCapture(event.pointerId);
	});
	canvas.addEventListener("pointermove", (event) => {
		if (!pressed) return;
		selecting ||= Math.abs(event.clientX - pressed.x) >= MIN_DRAG;
		if (selecting) onSelecting([pressed.at, fractionAcross(event)]);
	});
	const end = (/** @type {PointerEvent} */ event) => {
		const from = pressed;
		const selected = selecting && event.type === "pointerup";
		[pressed, selecting] = [null, false];
		if (!from) return;
		onSelecting(null);
		if (selected) onSelected([from.at, fractionAcross(event)]);
	};
	canvas.addEventListener("pointerup", end);
	canvas.addEventListener("pointercancel", end);
}
