// The large picture: the output of one node over the plane, with the data, the decision line and the probed place.
import { isMulticlass, mapOf } from "./classes.js";
import { h, setText } from "../ui/dom.js";
import { createAnnouncer } from "../ui/announcer.js";
import { createLegend } from "./legend.js";
import { nodeName } from "./naming.js";
import { drawData, drawLines, shownClass } from "./overlay.js";
import { clampToPlane, placeAt } from "./points.js";
import { createThumbnail } from "./thumbnail.js";
import { PLANE } from "../settings/limits.js";

const TICKS = [-6, -4, -2, 0, 2, 4, 6];
const PROBE_STEP = 0.25; // units of the plane, by an arrow key
/** @type {Record<string, number[]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** The numbers below and beside the picture. */
function createAxes() {
	const down = h("div", { class: "axis down", "aria-hidden": "true" });
	const across = h("div", { class: "axis across", "aria-hidden": "true" });
	for (const tick of TICKS) {
		const text = tick < 0 ? `−${-tick}` : String(tick);
		const position = `${((tick + PLANE) / (2 * PLANE)) * 100}%`;
		down.append(h("span", { text, style: `bottom: ${position}; transform: translateY(50%)` }));
		across.append(h("span", { text, style: `left: ${position}` }));
	}
	return { down, across };
}

/**
 * Follow the place that a pointer or arrow keys probe.
 * @param {HTMLElement} frame @param {() => PlanePoint | null} present @param {(place: PlanePoint | null) => void} probe @param {() => void} onKey
 */
function listenToProbe(frame, present, probe, onKey) {
	const atPointer = (/** @type {PointerEvent} */ event) => {
		const box = frame.getBoundingClientRect();
		probe(placeAt(event.clientX - box.left, event.clientY - box.top, box.width));
	};
	frame.addEventListener("pointermove", atPointer);
	frame.addEventListener("pointerdown", atPointer);
	frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && probe(null));
	frame.addEventListener("blur", () => probe(null));
	frame.addEventListener("keydown", (event) => {
		const move = MOVES[event.key];
		if (!move) return;
		event.preventDefault();
		const { x1, x2 } = present() ?? { x1: 0, x2: 0 };
		onKey();
		probe(clampToPlane({ x1: x1 + move[0] * PROBE_STEP, x2: x2 + move[1] * PROBE_STEP }));
	});
}

/** The large picture in an element. */
export class Picture {
	frame;
	#options;
	#marks = h("canvas");
	#line = h("canvas");
	#legend;
	#announcer = createAnnouncer();
	#thumbnail;
	/** @type {ReadyPage | null} */
	#page = null;
	#size = 0; // of the frame, in pixels
	/** What is drawn now. @type {Record<string, unknown>} */
	#drawnInputs = {};
	/** @type {PlanePoint | null} */
	#probed = null;

	/** @param {HTMLElement} element @param {PictureOptions} options */
	constructor(element, options) {
		const plane = h("canvas");
		this.#options = options;
		this.#thumbnail = createThumbnail(plane);
		this.#legend = createLegend(options);
		this.frame = h("div", { class: "picture-frame", tabindex: "0" }, plane, this.#marks, this.#line);
		const { down, across } = createAxes();
		element.append(down, this.frame, across, this.#legend.element, this.#announcer.element);
		listenToProbe(this.frame, () => this.#probed, (place) => {
			this.#probed = place;
			options.onProbe(place);
			if (!place) this.#announcer.clear();
			this.#redraw(false, true);
		}, this.#announcer.expect);
		new ResizeObserver(() => {
			this.#size = this.frame.clientWidth; // asked for here only: between changes of the page it would lay out all of it
			this.#redraw(true);
		}).observe(this.frame);
	}

	/** The probed place, or null. */
	place() {
		return this.#probed;
	}

	/** @param {PageState} next */
	update(next) {
		this.#page = next.server && /** @type {ReadyPage} */ (next);
		this.#redraw(false);
	}

	#redraw(/** @type {boolean} */ resized, moved = false) {
		const page = this.#page;
		const size = this.#size;
		if (!page || !size) return;
		const seen = this.#drawnInputs;
		const { detail, classes, points, drawn, colors, display, probe, server: { config }, watched } = page;
		const recoloured = seen.colors !== colors || seen.display !== display;
		const onlyClass = shownClass(page);
		const newPoints = seen.points !== points || seen.onlyClass !== onlyClass || seen.drawn !== drawn || seen.config !== config;
		if (resized || recoloured || newPoints) drawData(this.#marks, size, page);
		const shown = detail ?? classes;
		if (shown && (resized || recoloured || moved || seen.shown !== shown)) this.#paint(page, size);
		const name = this.#showName(page);
		if (moved || recoloured || seen.probe !== probe || seen.shown !== shown || seen.watched !== watched) {
			this.#legend.update(page, Boolean(this.#probed));
			const answered = probe && this.#probed && Math.abs(probe.x1 - this.#probed.x1) + Math.abs(probe.x2 - this.#probed.x2) < 1e-3;
			if (answered) this.#announcer.announce(this.#legend.text());
		}
		this.#drawnInputs = { shown, points, drawn, onlyClass, config, colors, display, probe, name, watched };
	}

	/** @param {ReadyPage} page @param {number} size */
	#paint(page, size) {
		const { detail, classes, colors, display: { discretize }, server } = page;
		if (classes) this.#thumbnail.paint(classes.values, classes.resolution, colors.classes, discretize);
		else if (detail) this.#thumbnail.paint(detail.values, detail.resolution, mapOf(colors, server, detail), discretize, detail.scale);
		drawLines(this.#line, size, page, this.#probed);
	}

	/** Name the node that is shown, unless it is the output. @param {ReadyPage} page */
	#showName({ detail, classes, server: { shape, config } }) {
		const { i18n, catalogue, watching } = this.#options;
		const output = shape.length - 1;
		const name = detail || classes ? nodeName(i18n, detail ?? { layer: output, neuron: null }, shape, catalogue.features) : "";
		if (this.#drawnInputs.name !== name) {
			setText(watching, !detail || (detail.layer === output && !isMulticlass(config)) ? "" : name);
			this.frame.setAttribute("role", "img"); // a picture only now, as it has a name
			this.frame.setAttribute("aria-label", i18n.t("readout.picture", { node: name }));
		}
		return name;
	}
}
