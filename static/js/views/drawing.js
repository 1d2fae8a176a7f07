// Tools to draw points on the picture: pens for each class or value, eraser, undo. Loaded on first use.
import { fillOf, isMulticlass } from "./classes.js";
import { h, setText } from "../ui/dom.js";
import { loadStyle } from "../ui/lazy.js";
import { CUSTOM, MAX_POINTS, MIN_POINTS } from "../settings/limits.js";
import { createPointsDialog } from "./points-dialog.js";
import { added, erased, isFar, targetsOf, withoutNearest } from "./strokes.js";

const STEPS_BACK = 100;
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
	erase: "M8.5 19h11M5 14.5l8.6-9a1.6 1.6 0 0 1 2.3 0l3.2 3.2a1.6 1.6 0 0 1 0 2.3L11.5 19h-2L5 15.6a.8.8 0 0 1 0-1.1zM9.5 9.8l5.2 5.2",
	undo: "M9 6L5 10l4 4M5 10h9a5 5 0 0 1 0 10h-3",
	clear: "M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7M10.5 10.5v5M13.5 10.5v5",
	text: "M6 6h12M6 10h12M6 14h12M6 18h7",
};

/** @param {keyof typeof ICONS} name */
function iconNamed(name) {
	const icon = document.createElementNS(SVG, "svg");
	icon.setAttribute("viewBox", "0 0 24 24");
	icon.setAttribute("class", "icon");
	icon.setAttribute("aria-hidden", "true");
	const path = document.createElementNS(SVG, "path");
	path.setAttribute("d", ICONS[name]);
	icon.append(path);
	return icon;
}

/** A pen for one target. @param {number} target @param {{i18n: I18n, config: Config, colors: Colors, onChoose: () => void}} options */
function makePen(target, { i18n, config, colors, onChoose }) {
	const several = isMulticlass(config);
	const name = several ? i18n.t("classes.name", { index: target }) : i18n.t("customPoints.value", { value: target });
	const chip = h("span", { class: "class-chip", text: several ? String(target) : "" });
	chip.style.setProperty("--class", fillOf(colors, config)(target));
	chip.style.setProperty("--on-class", several ? colors.classes.ink(target) : "inherit");
	const data = { target, help: "customPoints.tools", note: name };
	return h("button", { type: "button", class: "pen", "aria-label": name, data, on: { click: onChoose } }, chip);
}

/** The row of tools, still hidden. @param {I18n} i18n @param {Record<keyof typeof ICONS, () => void>} act what each tool does */
function makeTools(i18n, act) {
	const tool = (/** @type {keyof typeof ICONS} */ name) => {
		const data = { tool: name, help: `customPoints.${name}` };
		const button = h("button", { type: "button", "aria-label": i18n.t(`customPoints.${name}`), data, on: { click: act[name] } });
		button.append(iconNamed(name));
		return button;
	};
	const strip = h("div", { class: "drawing", role: "toolbar", "aria-label": i18n.t("customPoints.tools"), hidden: true });
	const pens = h("span", { class: "pens" });
	const status = h("span", { class: "visually-hidden", role: "status" });
	const hint = h("p", { class: "draw-hint", hidden: true, text: i18n.t("customPoints.least") });
	const [eraser, undo, clear] = [tool("erase"), tool("undo"), tool("clear")];
	strip.append(pens, h("span", { class: "tools" }, h("span", { class: "gap" }), eraser, undo, clear, tool("text")), status);
	return { strip, pens, status, hint, eraser, undo, clear };
}

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

/** @param {HTMLElement} head where the tools are added @param {DrawingOptions} options */
export function createDrawing(head, { i18n, picture, onDraw, onInvalid }) {
	const { frame } = picture;
	/** @type {PageState} */
	let model;
	/** @type {number[][]} */
	let points = [];
	/** @type {number[][][]} lists as they were before each stroke */
	let before = [];
	let target = NaN;
	let erasing = false;
	/** @type {PlanePoint | null} the last point of the stroke */
	let last = null;

	const { strip, pens, status, hint, eraser, undo, clear } = makeTools(i18n, {
		erase: () => choose(target, !erasing),
		undo: goBack,
		clear: () => change([], i18n.t("customPoints.least")),
		text: () => model.server && dialog.open(points, model.server.config),
	});
	const dialog = createPointsDialog({ i18n, onPoints: (next) => change(next, countText(next)) });
	head.append(strip);
	frame.append(hint);
	loadStyle("custom-points").then(() => {
		strip.dataset.styled = "yes";
		show();
	});

	const countText = (/** @type {number[][]} */ list) => i18n.t("customPoints.count", { count: list.length });

	function choose(/** @type {number} */ next, /** @type {boolean} */ erase) {
		target = next;
		erasing = erase;
		show();
	}

	/** Replace the points; undo brings the previous ones back. @param {number[][]} next @param {string} words for a screen reader */
	function change(next, words) {
		if (next === points) return;
		before = [...before.slice(1 - STEPS_BACK), points];
		put(next, words);
	}

	function put(/** @type {number[][]} */ next, /** @type {string} */ words) {
		points = next;
		if (words) setText(status, words);
		onDraw(points);
		show();
	}

	function goBack() {
		const earlier = before.pop();
		if (earlier) put(earlier, countText(earlier));
	}

	/** Apply the pen or the eraser at a place. @param {PlanePoint | null} place */
	function touch(place) {
		if (!place) return;
		if (erasing) put(erased(points, place), "");
		else if (isFar(last, place)) {
			const next = added(points, place, target);
			if (points.length >= MAX_POINTS) onInvalid("customPoints.most");
			last = place;
			put(next, "");
		}
	}

	listenToStrokes(frame, {
		active: () => !strip.hidden,
		begin() {
			last = null;
			before = [...before.slice(1 - STEPS_BACK), points];
			touch(picture.place());
		},
		go: () => touch(picture.place()),
		end() {
			if (before[before.length - 1] === points) before.pop(); // it changed nothing
		},
		stop: show,
	});
	frame.addEventListener("keydown", (event) => {
		if (strip.hidden) return;
		const place = picture.place() ?? { x1: 0, x2: 0 };
		const replace = (/** @type {number[][]} */ next) => change(next, countText(next));
		if (event.key === "Enter") replace(added(points, place, target));
		else if (event.key === "Delete" || event.key === "Backspace") replace(withoutNearest(points, place));
		else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) goBack();
		else return;
		event.preventDefault();
	});

	let drawnFor = "";
	/** @type {Colors | null} */
	let drawnWith = null;
	function show() {
		const { server, colors } = model;
		const own = server?.config.dataset === CUSTOM && strip.dataset.styled === "yes";
		strip.hidden = !own;
		frame.classList.toggle("drawn-on", own);
		frame.classList.toggle("erasing", own && erasing);
		hint.hidden = !own || points.length >= MIN_POINTS;
		if (!server || !own) {
			before = [];
			return;
		}
		const { problem, classes } = server.config;
		const kind = `${problem} ${classes}`;
		if (drawnFor !== kind || drawnWith !== colors) {
			const targets = targetsOf(server.config);
			if (!targets.includes(target)) target = targets[targets.length - 1];
			pens.replaceChildren(
				...targets.map((each) => makePen(each, { i18n, config: server.config, colors, onChoose: () => choose(each, false) })),
			);
		}
		if (drawnFor !== kind) before = [];
		[drawnFor, drawnWith] = [kind, colors];
		for (const pen of /** @type {Iterable<HTMLElement>} */ (pens.children)) {
			pen.setAttribute("aria-pressed", String(!erasing && Number(pen.dataset.target) === target));
		}
		eraser.setAttribute("aria-pressed", String(erasing));
		undo.disabled = before.length === 0;
		clear.disabled = points.length === 0;
	}

	return {
		/** @param {PageState} next */
		update(next) {
			model = next;
			points = model.drawn ?? model.server?.config.points ?? [];
			show();
		},
	};
}
