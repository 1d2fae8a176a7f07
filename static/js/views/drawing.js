// Drawing points on the picture: pens for each class or value, eraser, undo. Loaded on first use.
import { setText } from "../ui/dom.js";
import { loadStyle } from "../ui/lazy.js";
import { CUSTOM, MAX_POINTS, MIN_POINTS } from "../settings/limits.js";
import { makePen, makeTools } from "./drawing-tools.js";
import { PointsDialog } from "./points-dialog.js";
import { added, erased, isFar, targetsOf, withoutNearest } from "./strokes.js";

const STEPS_BACK = 100;

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
	#target = NaN;
	#erasing = false;
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
			undo: () => this.#goBack(),
			clear: () => this.#change([], i18n.t("customPoints.least")),
			text: () => this.#model?.server && this.#dialog.open(this.#points, this.#model.server.config),
		});
		this.#dialog = new PointsDialog({ i18n, onPoints: (next) => this.#change(next) });
		const { strip, hint } = this.#tools;
		head.append(strip);
		frame.append(hint);
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
			},
			go: touch,
			end: () => {
				if (this.#before[this.#before.length - 1] === this.#points) this.#before.pop(); // it changed nothing
			},
			stop: () => this.#show(),
		});
		picture.frame.addEventListener("keydown", (event) => !strip.hidden && this.#press(event));
	}

	#press(/** @type {KeyboardEvent} */ event) {
		const place = this.#options.picture.place() ?? { x1: 0, x2: 0 };
		if (event.key === "Enter") this.#change(added(this.#points, place, this.#target));
		else if (event.key === "Delete" || event.key === "Backspace") this.#change(withoutNearest(this.#points, place));
		else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) this.#goBack();
		else return;
		event.preventDefault();
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
		if (earlier) this.#put(earlier, this.#countText(earlier));
	}

	/** Apply the pen or the eraser at a place. @param {PlanePoint | null} place */
	#touch(place) {
		if (!place) return;
		if (this.#erasing) this.#put(erased(this.#points, place), "");
		else if (isFar(this.#last, place)) {
			const next = added(this.#points, place, this.#target);
			if (this.#points.length >= MAX_POINTS) this.#options.onInvalid("customPoints.most");
			this.#last = place;
			this.#put(next, "");
		}
	}

	#show() {
		if (!this.#model) return;
		const { server, colors } = this.#model;
		const { strip, hint, eraser, undo, clear } = this.#tools;
		const { frame } = this.#options.picture;
		const own = server?.config.dataset === CUSTOM && strip.dataset.styled === "yes";
		strip.hidden = !own;
		frame.classList.toggle("drawn-on", own);
		frame.classList.toggle("erasing", own && this.#erasing);
		hint.hidden = !own || this.#points.length >= MIN_POINTS;
		if (!server || !own) {
			this.#before = [];
			return;
		}
		this.#showPens(server.config, colors);
		eraser.setAttribute("aria-pressed", String(this.#erasing));
		undo.disabled = this.#before.length === 0;
		clear.disabled = this.#points.length === 0;
	}

	/** Make the pens of other classes or colours, and mark the chosen one. @param {Config} config @param {Colors} colors */
	#showPens(config, colors) {
		const { pens } = this.#tools;
		const kind = `${config.problem} ${config.classes}`;
		const { kind: kindBefore, colors: colorsBefore } = this.#made;
		if (kindBefore !== kind || colorsBefore !== colors) {
			const targets = targetsOf(config);
			if (!targets.includes(this.#target)) this.#target = targets[targets.length - 1];
			const { i18n } = this.#options;
			const pen = (/** @type {number} */ target) => makePen(target, { i18n, config, colors, onChoose: () => this.#choose(target, false) });
			pens.replaceChildren(...targets.map(pen));
		}
		if (kindBefore !== kind) this.#before = [];
		this.#made = { kind, colors };
		for (const pen of /** @type {Iterable<HTMLElement>} */ (pens.children)) {
			pen.setAttribute("aria-pressed", String(!this.#erasing && Number(pen.dataset.target) === this.#target));
		}
	}
}
