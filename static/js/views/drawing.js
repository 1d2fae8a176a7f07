// Drawing points on the picture: pens for each class or value, eraser, undo. Loaded on first use.
import { setText } from "../ui/dom.js";
import { loadStyle } from "../ui/lazy.js";
import { CUSTOM, MAX_POINTS } from "../settings/limits.js";
import { makePen, makeTools } from "./drawing-tools.js";
import { PointsDialog } from "./points-dialog.js";
import { added, erased, isFar, lackOf, sprayed, SPREADS, targetsOf, withoutNearest } from "./strokes.js";

const STEPS_BACK = 100;
const PUFFS = 120; // milliseconds between two

/**
 * Follow strokes of the pointer on the picture.
 * @param {HTMLElement} frame @param {{active: () => boolean, begin: () => void, go: () => void, end: () => void, stop: () => void}} on
 *   `end` is called after a stroke, `stop` whenever the pointer is released
 */
function listenToStrokes(frame, { active, begin, go, end, stop }) {
	let stroking = false;
	frame.addEventListener("pointerdown", (event) => {
		if (!active() || event.button !== 0) return;
		stroking = true;
		frame.setPointerCapture(event.pointerId);
		begin();
	});
	frame.addEventListener("pointermove", ({ offsetX: x, offsetY: y }) => {
		const within = Math.min(x, y) >= 0 && Math.max(x, y) <= frame.clientWidth; // a stroke may leave the picture
		if (stroking && within) go();
	});
	for (const kind of ["pointerup", "pointercancel"]) {
		frame.addEventListener(kind, () => {
			if (stroking) end();
			stroking = false;
			stop();
		});
	}
}

export class Drawing {
	#options;
	#tools;
	#dialog;
	/** @type {PageState | null} */
	#model = null;
	/** @type {number[][]} */
	#points = [];
	/** @type {number[][][]} lists as they were before each stroke */
	#before = [];
	/** Lists that were undone. @type {number[][][]} */
	#after = [];
	#target = NaN;
	#erasing = false;
	#spread = 0; // of the spray; 0: a pen
	#spraying = 0; // the timer of a stroke
	/** @type {PlanePoint | null} the last point of the stroke */
	#last = null;
	/** What the pens were made for. @type {{kind: string, colors: Colors | null}} */
	#made = { kind: "", colors: null };

	/** @param {HTMLElement} head @param {DrawingOptions} options */
	constructor(head, options) {
		this.#options = options;
		const { i18n, picture: { frame } } = options;
		this.#tools = makeTools(i18n, {
			erase: () => this.#choose(this.#target, !this.#erasing),
			spray: () => this.#nextSpread(),
			undo: () => this.#goBack(),
			redo: () => this.#goForward(),
			clear: () => this.#change([], i18n.t("customPoints.least")),
			text: () => this.#model?.server && this.#dialog.open(this.#points, this.#model.server.config),
		});
		this.#dialog = new PointsDialog({ i18n, onPoints: (next) => this.#change(next) });
		const { strip, hint, ring } = this.#tools;
		head.append(strip);
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
		const touch = () => this.#touch(picture.place());
		listenToStrokes(picture.frame, {
			active: () => !strip.hidden,
			begin: () => {
				this.#last = null;
				this.#keep();
				touch();
				if (this.#sprays) this.#spraying = window.setInterval(touch, PUFFS);
			},
			go: () => this.#sprays || touch(),
			end: () => {
				if (this.#before[this.#before.length - 1] === this.#points) this.#before.pop(); // it changed nothing
			},
			stop: () => {
				clearInterval(this.#spraying);
				this.#show();
			},
		});
		picture.frame.addEventListener("pointermove", ({ offsetX, offsetY }) => this.#showRing(offsetX, offsetY));
		picture.frame.addEventListener("pointerleave", () => (this.#tools.ring.hidden = true));
		picture.frame.addEventListener("keydown", (event) => !strip.hidden && this.#press(event));
	}

	#press(/** @type {KeyboardEvent} */ event) {
		const place = this.#options.picture.place() ?? { x1: 0, x2: 0 };
		const back = event.key.toLowerCase() === "z" && !event.shiftKey;
		const forth = ["y", "z"].includes(event.key.toLowerCase());
		if (event.key === "Enter") this.#change(this.#drawn(place));
		else if (event.key === "Delete" || event.key === "Backspace") this.#change(withoutNearest(this.#points, place));
		else if (back && (event.ctrlKey || event.metaKey)) this.#goBack();
		else if (forth && (event.ctrlKey || event.metaKey)) this.#goForward();
		else return;
		event.preventDefault();
	}

	/** Whether strokes spray points. */
	get #sprays() {
		return this.#spread > 0 && !this.#erasing;
	}

	/** The points with what the pen or the spray draws at a place. @param {PlanePoint} place */
	#drawn(place) {
		return this.#sprays ? sprayed(this.#points, place, this.#target, this.#spread) : added(this.#points, place, this.#target);
	}

	/** Spray wider; after the widest draw single points again. */
	#nextSpread() {
		this.#spread = this.#erasing ? SPREADS[0] : SPREADS[SPREADS.indexOf(this.#spread) + 1] ?? 0;
		this.#choose(this.#target, false);
	}

	/** Show how far the spray reaches. @param {number} x @param {number} y */
	#showRing(x, y) {
		const { ring, strip } = this.#tools;
		ring.hidden = !this.#sprays || strip.hidden;
		const size = this.#spread * 4; // two standard deviations both ways
		ring.style.cssText = `left: ${x}px; top: ${y}px; width: ${(size / 12) * 100}%`;
	}

	#choose(/** @type {number} */ target, /** @type {boolean} */ erasing) {
		this.#target = target;
		this.#erasing = erasing;
		this.#show();
	}

	#countText(/** @type {number[][]} */ list) {
		return this.#options.i18n.t("customPoints.count", { count: list.length });
	}

	/** Keep the points for undo. */
	#keep() {
		this.#before = [...this.#before.slice(1 - STEPS_BACK), this.#points];
		this.#after = [];
	}

	/** Replace the points; undo brings the previous ones back. @param {number[][]} next @param {string} words for a screen reader */
	#change(next, words = this.#countText(next)) {
		if (next === this.#points) return;
		this.#keep();
		this.#put(next, words);
	}

	#put(/** @type {number[][]} */ next, /** @type {string} */ words) {
		this.#points = next;
		if (words) setText(this.#tools.status, words);
		this.#options.onDraw(next);
		this.#show();
	}

	#goBack() {
		const earlier = this.#before.pop();
		if (!earlier) return;
		this.#after.push(this.#points);
		this.#put(earlier, this.#countText(earlier));
	}

	#goForward() {
		const later = this.#after.pop();
		if (!later) return;
		this.#before.push(this.#points);
		this.#put(later, this.#countText(later));
	}

	/** Apply the pen or the eraser at a place. @param {PlanePoint | null} place */
	#touch(place) {
		if (!place) return;
		if (this.#erasing) this.#put(erased(this.#points, place), "");
		else if (this.#sprays || isFar(this.#last, place)) {
			const next = this.#drawn(place);
			if (this.#points.length >= MAX_POINTS) this.#options.onInvalid("customPoints.most");
			this.#last = place;
			this.#put(next, "");
		}
	}

	#show() {
		if (!this.#model) return;
		const { server, colors } = this.#model;
		const { strip, hint, spray, eraser, undo, redo, clear } = this.#tools;
		const { frame } = this.#options.picture;
		const own = server?.config.dataset === CUSTOM && strip.dataset.styled === "yes";
		strip.hidden = !own;
		frame.classList.toggle("drawn-on", own);
		frame.classList.toggle("erasing", own && this.#erasing);
		if (!server || !own) {
			hint.hidden = true;
			this.#before = this.#after = [];
			return;
		}
		const lack = lackOf(this.#points, server.config);
		hint.hidden = !lack;
		hint.classList.toggle("aside", lack !== "least");
		if (lack) setText(hint, this.#options.i18n.t(`customPoints.${lack}`));
		this.#showPens(server.config, colors);
		eraser.setAttribute("aria-pressed", String(this.#erasing));
		const { t } = this.#options.i18n;
		spray.setAttribute("aria-pressed", String(this.#sprays));
		spray.setAttribute("aria-label", t(this.#sprays ? "customPoints.sprayed" : "customPoints.spray", { spread: this.#spread }));
		undo.disabled = this.#before.length === 0;
		redo.disabled = this.#after.length === 0;
		clear.disabled = this.#points.length === 0;
	}

	/** Make the pens of other classes or colours, and mark the chosen one. @param {Config} config @param {Colors} colors */
	#showPens(config, colors) {
		const { pens } = this.#tools;
		const kind = `${config.problem} ${config.classes} ${config.data_columns?.classes.join() ?? ""}`;
		const { kind: kindBefore, colors: colorsBefore } = this.#made;
		if (kindBefore !== kind || colorsBefore !== colors) {
			const targets = targetsOf(config);
			if (!targets.includes(this.#target)) this.#target = targets[targets.length - 1];
			const { i18n } = this.#options;
			const pen = (/** @type {number} */ target) => makePen(target, { i18n, config, colors, onChoose: () => this.#choose(target, false) });
			pens.replaceChildren(...targets.map(pen));
		}
		if (kindBefore !== kind) this.#before = this.#after = [];
		this.#made = { kind, colors };
		for (const pen of /** @type {Iterable<HTMLElement>} */ (pens.children)) {
			pen.setAttribute("aria-pressed", String(!this.#erasing && Number(pen.dataset.target) === this.#target));
		}
	}
}
