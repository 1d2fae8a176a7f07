// The explained neuron with its inputs, and in the backward pass also its outputs; for small windows, where the network is out of view.
import { brief } from "./numbers.js";
import { linkValue, valueAt } from "./point-values.js";
import { subscript } from "./point-update.js";
import { inputsOf } from "./walk.js";
import { h } from "../ui/dom.js";
import { createSvg } from "../ui/svg.js";

const MAX_NEIGHBOURS = 4; // on a side: those that matter most
const [WIDTH, ROW_HEIGHT, BOX_WIDTH] = [340, 26, 62]; // pixels of the drawing, a row of it, and a neighbour's box

/** A neighbour. @typedef {{name: string, value: number | null, link: number}} Neighbour */

/** Return the neighbours with the largest numbers on their links, in their original order. @param {Neighbour[]} all */
function strongest(all) {
	const order = all.map((_, index) => index).sort((a, b) => Math.abs(all[b].link) - Math.abs(all[a].link));
	return order.slice(0, MAX_NEIGHBOURS).sort((a, b) => a - b).map((index) => all[index]);
}

/**
 * Return the neighbours of a neuron: its inputs, and in the backward pass the neurons of the next layer with their deltas.
 * @param {InspectedStep} step @param {WalkLayer[]} layers @param {Station} station @returns {{before: Neighbour[], after: Neighbour[]}}
 */
export function neighboursOf(step, layers, { phase, layer: number, neuron }) {
	const layer = layers[number - 1];
	if (neuron === null || layer.chain[0].windows) return { before: [], after: [] };
	const before = inputsOf(step, layer.first).map((value, source) => ({
		name: `a${subscript(source + 1)}`,
		value,
		link: linkValue(step, layer, source, neuron, phase),
	}));
	const next = phase === "backward" ? layers[number]?.chain[0] : undefined;
	const after = next && !next.windows
		? next.derivatives.map((value, each) => ({
			name: `δ${subscript(each + 1)}`,
			value,
			link: Number(next.parameters[0].values[neuron]?.[each]),
		}))
		: [];
	return { before: strongest(before), after: strongest(after) };
}

/** Return the drawing of a neuron with its neighbours. @param {I18n} i18n */
export function createNeighbourhood(i18n) {
	const svg = createSvg("svg", { "aria-hidden": "true" });
	const element = h("div", { class: "neighbourhood" }, svg);

	/** A box with text. @param {number} x its middle @param {number} y @param {string} text @param {string} kind */
	const box = (x, y, text, kind) => [
		createSvg("rect", { class: kind, x: x - BOX_WIDTH / 2, y: y - 9, width: BOX_WIDTH, height: 18, rx: 3 }),
		createSvg("text", { x, y: y + 4, class: kind }, text),
	];

	/** Neighbours on one side, with their links. @param {Neighbour[]} all @param {number} x their middle @param {number} middle of the neuron @param {number} height */
	function sideElements(all, x, middle, height) {
		return all.flatMap(({ name, value, link }, index) => {
			const y = (height * (index + 0.5)) / all.length;
			const left = x < middle;
			const [from, to] = left ? [x + BOX_WIDTH / 2, middle - BOX_WIDTH / 2] : [middle + BOX_WIDTH / 2, x - BOX_WIDTH / 2];
			const ends = left ? { y1: y, y2: height / 2 } : { y1: height / 2, y2: y };
			const [nearX, nearY] = [x + (left ? 1 : -1) * (BOX_WIDTH / 2 + 28), y + (height / 2 - y) * 0.42];
			return [
				createSvg("line", { x1: from, x2: to, ...ends }),
				...box(x, y, `${name} ${brief(value, i18n)}`, "neighbour"),
				createSvg("text", { class: "link", x: nearX, y: nearY + 3 }, brief(link, i18n)),
			];
		});
	}

	return {
		element,
		/** @param {InspectedStep} step @param {WalkLayer[]} layers @param {Station} station */
		update(step, layers, station) {
			const { before, after } = neighboursOf(step, layers, station);
			element.hidden = before.length === 0;
			if (station.neuron === null || element.hidden) return;
			const height = Math.max(2, before.length, after.length) * ROW_HEIGHT;
			const middle = after.length > 0 ? WIDTH / 2 : WIDTH - BOX_WIDTH / 2 - 1;
			const isBack = station.phase === "backward";
			const value = valueAt(step, layers[station.layer - 1], station.neuron, isBack);
			svg.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
			svg.replaceChildren(
				...sideElements(before, BOX_WIDTH / 2 + 1, middle, height),
				...sideElements(after, WIDTH - BOX_WIDTH / 2 - 1, middle, height),
				...box(middle, height / 2, `${isBack ? "δ" : "a"} ${brief(value, i18n)}`, "explained"),
			);
		},
	};
}
