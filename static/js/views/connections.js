// Normalizations and residual connections in the network's drawing: bars beside layers and arcs below them.
import { h } from "../ui/dom.js";
import { weight as formatWeight } from "../ui/format.js";
import { nodeName } from "./naming.js";
import { createSvg } from "../ui/svg.js";

const BAR_GAP = 5; // pixels, as all that follow, between the pictures of a layer and its bar
const BAR_WIDTH = 6;
const ARC_OFFSET = 9; // from a layer's middle, where arcs leave and arrive, so that two of them do not meet
const CORNER_RADIUS = 14; // of an arc
const [FIRST_ARC_ROOM, ARC_PITCH] = [10, 9]; // below the network for the first arc, and for each that runs beside others

/** Return the arcs of residual connections: their layers, and the level below the network at which each runs. @param {number[]} blocks */
export function arcsOf(blocks) {
	/** @type {Arc[]} */
	const arcs = [];
	blocks.forEach((block, index) => {
		if (block === 0) return;
		const [from, to] = [index + 1 - block, index + 1];
		const beside = arcs.filter((each) => each.from < to && from < each.to).map(({ level }) => level);
		let level = 0;
		while (beside.includes(level)) level += 1;
		arcs.push({ from, to, level });
	});
	return arcs;
}

/** Return the pixels that arcs need below the network. @param {number[]} blocks */
export function roomBelow(blocks) {
	const levels = arcsOf(blocks).map(({ level }) => level);
	return levels.length === 0 ? 0 : FIRST_ARC_ROOM + ARC_PITCH * (Math.max(...levels) + 1);
}

/** The path of an arc between two places, down to `floor`. @param {Place} from @param {Place} to @param {number} floor */
function pathOf(from, to, floor) {
	const round = Math.min(CORNER_RADIUS, (to.x - from.x) / 2, Math.max(2, floor - from.y), Math.max(2, floor - to.y));
	return `M${from.x} ${from.y}V${floor - round}q0 ${round} ${round} ${round}H${to.x - round}q${round} 0 ${round} ${-round}V${to.y}`;
}

/** Report an element while the pointer is over it or it has the focus. @param {Element} element @param {() => Pointed} pointed @param {(pointed: Pointed | null) => void} onPoint */
function reportPointing(element, pointed, onPoint) {
	for (const event of ["pointerenter", "focus", "click"]) element.addEventListener(event, () => onPoint(pointed()));
	for (const event of ["pointerleave", "blur"]) element.addEventListener(event, () => onPoint(null));
}

/** Return the bars and arcs of a board. @param {HTMLElement} board @param {ConnectionsOptions} options */
export function createConnections(board, { i18n, features, onPoint }) {
	const arcs = createSvg("svg", { class: "arcs" });
	board.querySelector("canvas")?.after(arcs); // over the links, under the pictures
	/** @type {HTMLElement[]} */
	let bars = [];

	/** Where an array of a layer's normalization begins in the parameters. @param {ServerState} server @param {number} layer @param {string} name */
	const startOf = (server, layer, name) =>
		server.arrays.find((each) => each.layer === layer && each.name === name && each.kind !== "residual")?.start ?? 0;

	/** @param {number} layer @param {string} kind @param {ServerState} server @param {Layout} layout */
	function createBar(layer, kind, server, layout) {
		const count = server.shape[layer];
		const before = kind.endsWith("_before");
		const [top, bottom] = [layout.rows(layer, 0), layout.rows(layer, count - 1)];
		const half = layout.sizes[layer] / 2;
		const x = layout.columns[layer] + (before ? -half - BAR_GAP - BAR_WIDTH : half + BAR_GAP);
		const name = i18n.t(`choice.normalization.${kind}`);
		let neuron = 0;
		/** @returns {Pointed} */
		const pointed = () => ({
			at: { x: x + BAR_WIDTH / 2, y: layout.rows(layer, neuron) },
			textFor({ parameters }) {
				const value = (/** @type {string} */ array) => formatWeight(parameters?.[startOf(server, layer, array) + neuron] ?? 0, i18n);
				const node = nodeName(i18n, { layer, neuron }, server.shape, features);
				return i18n.t("connection.normalization", { name, node, scale: value("scale"), shift: value("shift") });
			},
		});
		const label = i18n.t("connection.ofLayer", { name, layer });
		const place = `left:${x}px;top:${top - half}px;height:${bottom - top + 2 * half}px;width:${BAR_WIDTH}px`;
		const bar = h("button", { type: "button", class: "norm", "aria-label": label, style: place, data: { layer, kind } });
		const choose = (/** @type {number} */ next) => {
			neuron = Math.max(0, Math.min(count - 1, next));
			onPoint(pointed());
		};
		bar.addEventListener("pointermove", ({ offsetY }) => choose(Math.floor((offsetY / bar.offsetHeight) * count)));
		bar.addEventListener("keydown", (event) => {
			const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
			if (step === undefined) return;
			event.preventDefault();
			choose(neuron + step);
		});
		reportPointing(bar, pointed, onPoint);
		return bar;
	}

	/** @param {Arc} arc @param {ServerState} server @param {Layout} layout @param {number} inputs how many are shown */
	function createArc({ from, to, level }, server, layout, inputs) {
		const lowest = (/** @type {number} */ layer) => (layer === 0 ? inputs : server.shape[layer]) - 1;
		const start = (/** @type {number} */ layer, /** @type {number} */ aside) => ({
			x: layout.columns[layer] + aside,
			y: layout.rows(layer, lowest(layer)) + layout.sizes[layer] / 2 + 2,
		});
		const [begin, end] = [start(from, ARC_OFFSET), start(to, -ARC_OFFSET)];
		const between = Array.from({ length: to - from + 1 }, (_, index) => start(from + index, 0).y);
		const floor = Math.min(layout.height - 3, Math.max(...between) + FIRST_ARC_ROOM + ARC_PITCH * level);
		const path = pathOf(begin, end, floor);
		const source = from === 0 ? i18n.t("connection.inputs") : i18n.t("connection.layer", { layer: from });
		const projected = server.arrays.some((each) => each.layer === to && each.kind === "residual");
		const text = i18n.t(projected ? "connection.projected" : "connection.residual", { source, layer: to });
		const arc = createSvg(
			"g",
			{ class: "arc", tabindex: 0, role: "img", "aria-label": text, "data-from": from, "data-to": to },
			createSvg("path", { class: "reach", d: path }),
			createSvg("path", { class: "line", d: path }),
			createSvg("circle", { cx: end.x, cy: end.y + 4, r: 5 }),
			createSvg("path", { class: "plus", d: `M${end.x - 3} ${end.y + 4}h6M${end.x} ${end.y + 1}v6` }),
		);
		reportPointing(arc, () => ({ at: { x: (begin.x + end.x) / 2, y: floor }, textFor: () => text }), onPoint);
		return arc;
	}

	return {
		/** Draw all for a new layout. @param {ServerState} server @param {Layout} layout @param {number} inputs how many are shown */
		layout(server, layout, inputs) {
			for (const bar of bars) bar.remove();
			const { normalization, residual } = server.config;
			bars = normalization.flatMap((kind, index) => (kind === "none" ? [] : [createBar(index + 1, kind, server, layout)]));
			board.append(...bars);
			arcs.setAttribute("width", String(layout.width));
			arcs.setAttribute("height", String(layout.height));
			arcs.replaceChildren(...arcsOf(residual).map((arc) => createArc(arc, server, layout, inputs)));
		},
	};
}
