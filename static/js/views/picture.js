// The large picture: the output of one node over the plane, with the data, the decision line and the probed place.
import { isMulticlass, mapOf } from "./classes.js";
import { h, setText } from "../ui/dom.js";
import { createLegend } from "./legend.js";
import { nodeName } from "./naming.js";
import { drawData, drawLines, shownClass } from "./overlay.js";
import { placeAt, within } from "./points.js";
import { createThumbnail } from "./thumbnail.js";

const TICKS = [-6, -4, -2, 0, 2, 4, 6];
const STEP = 0.25; // by which an arrow key moves the probed place

/** The numbers below and beside the picture. */
function makeAxes() {
	const down = h("div", { class: "axis down", "aria-hidden": "true" });
	const across = h("div", { class: "axis across", "aria-hidden": "true" });
	for (const tick of TICKS) {
		const text = tick < 0 ? `−${-tick}` : String(tick);
		const share = `${((tick + 6) / 12) * 100}%`;
		down.append(h("span", { text, style: `bottom: ${share}; transform: translateY(50%)` }));
		across.append(h("span", { text, style: `left: ${share}` }));
	}
	return { down, across };
}

/** @param {HTMLElement} element @param {PictureOptions} options */
export function createPicture(element, { i18n, catalogue, watching, onProbe, onWatch }) {
	const [plane, marks, line] = [h("canvas"), h("canvas"), h("canvas")];
	const frame = h("div", { class: "picture-frame", tabindex: "0", role: "img" }, plane, marks, line);
	const legend = createLegend({ i18n, onWatch });
	const { down, across } = makeAxes();
	element.append(down, frame, across, legend.element);

	const picture = createThumbnail(plane);
	/** @type {ReadyPage} */
	let model;
	/** @type {Record<string, unknown>} */
	let seen = {};
	/** @type {PlanePoint | null} */
	let asked = null;
	new ResizeObserver(() => model?.server && redraw(true)).observe(frame);

	function ask(/** @type {PlanePoint | null} */ place) {
		asked = place && within(place);
		onProbe(asked);
		if (model?.server) redraw(false, true);
	}

	function askAt(/** @type {PointerEvent} */ event) {
		const box = frame.getBoundingClientRect();
		ask(placeAt(event.clientX - box.left, event.clientY - box.top, box.width));
	}

	frame.addEventListener("pointermove", askAt);
	frame.addEventListener("pointerdown", askAt);
	frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && ask(null));
	frame.addEventListener("blur", () => ask(null));
	frame.addEventListener("keydown", (event) => {
		const moves = /** @type {Record<string, number[]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });
		const move = moves[event.key];
		if (!move) return;
		event.preventDefault();
		const from = asked ?? { x1: 0, x2: 0 };
		ask({ x1: from.x1 + move[0] * STEP, x2: from.x2 + move[1] * STEP });
	});

	function redraw(/** @type {boolean} */ resized, moved = false) {
		const { detail, classes, points, drawn, colors, display, probe, server, watched } = model;
		const size = frame.clientWidth;
		if (!size) return;
		const recoloured = seen.colors !== colors || seen.display !== display;
		const alone = shownClass(model);
		const newPoints = seen.points !== points || seen.alone !== alone || seen.drawn !== drawn || seen.config !== server.config;
		if (resized || recoloured || newPoints) drawData(marks, size, model);
		const shown = detail ?? classes;
		if (shown && (resized || recoloured || moved || seen.shown !== shown)) {
			if (classes) picture.paint(classes.values, classes.resolution, colors.classes, display.discretize);
			else if (detail) picture.paint(detail.values, detail.resolution, mapOf(colors, server, detail), display.discretize, detail.scale);
			drawLines(line, size, model, asked);
		}
		const output = server.shape.length - 1;
		const name = shown ? nodeName(i18n, detail ?? { layer: output, neuron: null }, server.shape, catalogue.features) : "";
		if (seen.name !== name) {
			setText(watching, !detail || (detail.layer === output && !isMulticlass(server.config)) ? "" : name);
			frame.setAttribute("aria-label", i18n.t("readout.picture", { node: name }));
		}
		if (moved || recoloured || seen.probe !== probe || seen.shown !== shown || seen.watched !== watched) {
			legend.update(model, Boolean(asked));
		}
		seen = { shown, points, drawn, alone, config: server.config, colors, display, probe, name, watched };
	}

	return {
		frame,
		/** The probed place, or null. */
		place: () => asked,
		/** @param {PageState} next */
		update(next) {
			model = /** @type {ReadyPage} */ (next);
			if (next.server) redraw(false);
		},
	};
}
