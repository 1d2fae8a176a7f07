// Draws points on the picture: pens for each class or value, eraser, spray, undo. Loaded on first use.
import { setText } from "../ui/dom.js";
import { loadStyle } from "../ui/lazy.js";
import { CUSTOM, MAX_POINTS, MIN_POINTS, PLANE } from "../settings/limits.js";
import { createBrush } from "./brush.js";
import { createPen, createTools } from "./drawing-tools.js";
import { PointsDialog } from "./points-dialog.js";
import { addPoint, erasePoints, isFar, problemOf, removeNearest, sprayPoints, targetsOf } from "./strokes.js";

const MAX_UNDO_STEPS = 100;
const SPRAY_INTERVAL = 350; // milliseconds while the pointer is held: a tap is one spray

/**
 * Follow strokes of the pointer on the picture.
 * @param {HTMLElement} frame @param {{active: () => boolean, begin: () => void, move: () => void, end: () => void, stop: () => void}} on
 *   `end` is called after a stroke, `stop` whenever the pointer is released
 */
function listenToStrokes(frame, { active, begin, move, end, stop }) {
	let stroking = false;
	frame.addEventListener("pointerdown", (event) => {
		if (!active() || event.button !== 0) return;
		stroking = true;
		frame.setPointerCapture(event.pointerId);
		begin();
	});
	frame.addEventListener("pointermove", ({ offsetX: x, offsetY: y }) => {
		const within = Math.min(x, y) >= 0 && Math.max(x, y) <= frame.clientWidth; // a stroke may leave the picture
		if (stroking && within) move();
	});
	for (const kind of ["pointerup", "pointercancel"]) {
		frame.addEventListener(kind, () => {
			if (stroking) end();
			stroking = false;
			stop();
		});
	}
}

/** The drawing tools and their strokes on the picture. */
export class Drawing {
	#options;
	#tools;
	#dialog;
	/** @type {PageState | null} */
	#model = null;
	/** @type {number[][]} */
	#points = [];
	/** @type {number[][][]} lists as they were before each stroke */
	#undoStack = [];
	/** Lists that were undone. @type {number[][][]} */
	#redoStack = [];
	#target = NaN;
	#isErasing = false;
	#brush;
	#isSprayChosen = false; // in place of a pen
	#sprayTimer = 0; // the timer of a stroke
	/** @type {PlanePoint | null} the last point of the stroke */
	#lastPoint = null;
	/** The kind and colours of the shown pens. @type {{kind: string, colors: Colors | null}} */
	#shownPens = { kind: "", colors: null };

	/** @param {HTMLElement} head @param {DrawingOptions} options */
	constructor(head, options) {
		this.#options = options;
		const { i18n, picture: { frame } } = options;
		this.#tools = createTools(i18n, {
			erase: () => this.#setTool(this.#target, !this.#isErasing),
			spray: () => this.#setSpray(!this.#isSpraying),
			undo: () => this.#undo(),
			redo: () => this.#redo(),
			clear: () => this.#changePoints([], i18n.t("customPoints.least")),
			text: () => this.#model?.server && this.#dialog.open(this.#points, this.#model.server.config),
		});
		this.#dialog = new PointsDialog({ i18n, onPoints: (next) => this.#changePoints(next) });
		this.#brush = createBrush(i18n, {
			onMore: () => this.#drawMore(),
			onChange: () => this.#showRing(),
			onClose: () => this.#closeBrush(),
		});
		const { strip, hint, ring } = this.#tools;
		head.append(strip);
		head.after(this.#brush.element);
		frame.append(hint, ring);
		loadStyle("custom-points").then(() => {
			strip.dataset.styled = "yes";
			this.#show();
		});
		this.#listen();
	}

	/** @param {PageState} next */
	update(next) {
		this.#model = next;
		this.#points = next.drawn ?? next.server?.config.points ?? [];
		this.#show();
	}

	#listen() {
		const { picture } = this.#options;
		const { strip } = this.#tools;
		const touch = () => this.#applyTool(picture.place());
		listenToStrokes(picture.frame, {
			active: () => !strip.hidden,
			begin: () => {
				this.#lastPoint = null;
				this.#pushUndo();
				touch();
				if (this.#isSpraying) this.#sprayTimer = window.setInterval(() => this.#sprayAt(picture.place()), SPRAY_INTERVAL);
			},
			move: touch,
			end: () => {
				if (this.#undoStack[this.#undoStack.length - 1] === this.#points) this.#undoStack.pop(); // the stroke changed nothing
			},
			stop: () => {
				clearInterval(this.#sprayTimer);
				this.#show();
			},
		});
		picture.frame.addEventListener("pointermove", ({ offsetX: x, offsetY: y }) => this.#showRing({ x, y }));
		picture.frame.addEventListener("pointerleave", () => (this.#tools.ring.hidden = true));
		picture.frame.addEventListener("keydown", (event) => !strip.hidden && this.#onKey(event));
	}

	#onKey(/** @type {KeyboardEvent} */ event) {
		const place = this.#options.picture.place() ?? { x1: 0, x2: 0 };
		const back = event.key.toLowerCase() === "z" && !event.shiftKey;
		const forth = ["y", "z"].includes(event.key.toLowerCase());
		if (event.key === "Enter") this.#changePoints(this.#withPointAt(place));
		else if (event.key === "Delete" || event.key === "Backspace") this.#changePoints(removeNearest(this.#points, place));
		else if (back && (event.ctrlKey || event.metaKey)) this.#undo();
		else if (forth && (event.ctrlKey || event.metaKey)) this.#redo();
		else return;
		event.preventDefault();
	}

	/** Whether strokes spray points. */
	get #isSpraying() {
		return this.#isSprayChosen && !this.#isErasing;
	}

	/** Return the points with what the pen or the spray adds at a place. @param {PlanePoint} place */
	#withPointAt(place) {
		const { settings } = this.#brush;
		return this.#isSpraying ? sprayPoints(this.#points, place, this.#target, settings) : addPoint(this.#points, place, this.#target);
	}

	/** Spray, or draw single points again. */
	#setSpray(/** @type {boolean} */ spray) {
		this.#isSprayChosen = spray;
		this.#brush.element.hidden = !spray;
		this.#setTool(this.#target, false);
	}

	/** Close the brush's panel; the spray stays. */
	#closeBrush() {
		this.#brush.element.hidden = true;
		this.#tools.spray.focus({ preventScroll: true });
	}

	/** Add points of each class, or values, sampled from the density of the present ones. */
	async #drawMore() {
		const { i18n, onMore, onInvalid } = this.#options;
		const config = this.#model?.server?.config;
		const points = this.#points;
		if (!config || points.length < MIN_POINTS) return onInvalid("customPoints.least");
		const { more, width } = this.#brush.settings;
		const classes = config.problem === "regression" ? 1 : new Set(points.map(([, , target]) => target)).size;
		const count = Math.min(more, Math.floor((MAX_POINTS - points.length) / classes));
		if (count < 1) return onInvalid("customPoints.most");
		const seed = (config.data_seed + points.length) % 2 ** 32; // the same points give the same further ones
		const { problem, classes: known } = config;
		const drawn = await onMore({ config: { problem, classes: known, points }, count, width: width || null, seed }).catch(() => null);
		if (!drawn) return onInvalid("brush.failed");
		if (points !== this.#points) return; // they have changed since
		const next = [...points, ...drawn];
		this.#changePoints(next, i18n.t("brush.added", { count: drawn.length }));
	}

	/** Show how far the spray reaches. @param {{x: number, y: number} | null} [at] null: where it is */
	#showRing(at = null) {
		const { ring, strip } = this.#tools;
		const size = this.#brush.settings.spread * 4; // two standard deviations both ways
		ring.style.width = `${(size / (2 * PLANE)) * 100}%`;
		if (!at) return;
		ring.hidden = !this.#isSpraying || strip.hidden;
		ring.style.left = `${at.x}px`;
		ring.style.top = `${at.y}px`;
	}

	#setTool(/** @type {number} */ target, /** @type {boolean} */ erasing) {
		this.#target = target;
		this.#isErasing = erasing;
		this.#show();
	}

	#countText(/** @type {number[][]} */ list) {
		return this.#options.i18n.t("customPoints.count", { count: list.length });
	}

	/** Push the points on the undo stack. */
	#pushUndo() {
		this.#undoStack = [...this.#undoStack.slice(1 - MAX_UNDO_STEPS), this.#points];
		this.#redoStack = [];
	}

	/** Replace the points; undo restores the previous ones. @param {number[][]} next @param {string} words for a screen reader */
	#changePoints(next, words = this.#countText(next)) {
		if (next === this.#points) return;
		this.#pushUndo();
		this.#setPoints(next, words);
	}

	#setPoints(/** @type {number[][]} */ next, /** @type {string} */ words) {
		this.#points = next;
		if (words) setText(this.#tools.status, words);
		this.#options.onDraw(next);
		this.#show();
	}

	#undo() {
		const earlier = this.#undoStack.pop();
		if (!earlier) return;
		this.#redoStack.push(this.#points);
		this.#setPoints(earlier, this.#countText(earlier));
	}

	#redo() {
		const later = this.#redoStack.pop();
		if (!later) return;
		this.#undoStack.push(this.#points);
		this.#setPoints(later, this.#countText(later));
	}

	/** Apply the pen or the eraser at a place. @param {PlanePoint | null} place */
	#applyTool(place) {
		if (!place) return;
		if (this.#isErasing) this.#setPoints(erasePoints(this.#points, place), "");
		else if (this.#isSpraying) {
			if (isFar(this.#lastPoint, place, Math.max(this.#brush.settings.spread, 0.5))) this.#sprayAt(place);
		} else if (isFar(this.#lastPoint, place)) this.#add(place);
	}

	/** @param {PlanePoint | null} place */
	#sprayAt(place) {
		if (place) this.#add(place);
	}

	/** @param {PlanePoint} place */
	#add(place) {
		const next = this.#withPointAt(place);
		if (this.#points.length >= MAX_POINTS) this.#options.onInvalid("customPoints.most");
		this.#lastPoint = place;
		this.#setPoints(next, "");
	}

	#show() {
		if (!this.#model) return;
		const { server, colors } = this.#model;
		const { strip, hint, spray, eraser, undo, redo, clear } = this.#tools;
		const { frame } = this.#options.picture;
		const isCustom = server?.config.dataset === CUSTOM && strip.dataset.styled === "yes";
		strip.hidden = !isCustom;
		if (!isCustom) this.#brush.element.hidden = true;
		frame.classList.toggle("drawn-on", isCustom);
		frame.classList.toggle("erasing", isCustom && this.#isErasing);
		if (!server || !isCustom) {
			hint.hidden = true;
			this.#undoStack = this.#redoStack = [];
			return;
		}
		const lack = problemOf(this.#points, server.config);
		hint.hidden = !lack;
		hint.classList.toggle("aside", lack !== "least");
		if (lack) setText(hint, this.#options.i18n.t(`customPoints.${lack}`));
		this.#showPens(server.config, colors);
		eraser.setAttribute("aria-pressed", String(this.#isErasing));
		spray.setAttribute("aria-pressed", String(this.#isSpraying));
		spray.setAttribute("aria-expanded", String(!this.#brush.element.hidden));
		this.#brush.showLabels(server.config.problem !== "regression");
		undo.disabled = this.#undoStack.length === 0;
		redo.disabled = this.#redoStack.length === 0;
		clear.disabled = this.#points.length === 0;
	}

	/** Make the pens of other classes or colours, and mark the chosen one. @param {Config} config @param {Colors} colors */
	#showPens(config, colors) {
		const { pens } = this.#tools;
		const kind = `${config.problem} ${config.classes} ${config.data_columns?.classes.join() ?? ""}`;
		const { kind: kindBefore, colors: colorsBefore } = this.#shownPens;
		if (kindBefore !== kind || colorsBefore !== colors) {
			const targets = targetsOf(config);
			if (!targets.includes(this.#target)) this.#target = targets[targets.length - 1];
			const { i18n } = this.#options;
			const pen = (/** @type {number} */ target) =>
				createPen(target, { i18n, config, colors, onChoose: () => this.#setTool(target, false) });
			pens.replaceChildren(...targets.map(pen));
		}
		if (kindBefore !== kind) this.#undoStack = this.#redoStack = [];
		this.#shownPens = { kind, colors };
		for (const pen of /** @type {Iterable<HTMLElement>} */ (pens.children)) {
			pen.setAttribute("aria-pressed", String(!this.#isErasing && Number(pen.dataset.target) === this.#target));
		}
	}
}
