// One station of the walk: its heading, a sentence that says what happens there, and the formulas with the real numbers.
import { createBackwardLines, createLossLines } from "./backward-lines.js";
import { createForwardLines } from "./forward-lines.js";
import { ACTIVATIONS } from "../settings/activations.js";
import { pathOf, pixelAt } from "./walk.js";
import { pathOf as curveOf, rangeOf, sample } from "./layer-curves.js";
import { h } from "../ui/dom.js";

const [WIDTH, HEIGHT, PAD] = [128, 64, 3]; // of a curve, as layer-curves.js draws it

/** @param {string} tag @param {Record<string, string | number>} attributes */
function draw(tag, attributes) {
	const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
	return element;
}

/** The curve of an activation with a point on it. @param {string} activation @param {number} z @param {string} label */
export function curveWithPoint(activation, z, label) {
	const f = ACTIVATIONS[activation];
	const range = rangeOf({ low: z, high: z, counts: [] });
	const values = sample(f, range);
	const span = /** @type {[number, number]} */ ([Math.min(0, ...values), Math.max(0, ...values)]);
	const x = ((z - range[0]) / (range[1] - range[0])) * WIDTH;
	const y = HEIGHT - PAD - ((f(z) - span[0]) * (HEIGHT - 2 * PAD)) / Math.max(span[1] - span[0], 1e-9);
	const zero = ((0 - range[0]) / (range[1] - range[0])) * WIDTH;
	const picture = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
	picture.append(
		draw("path", { class: "axis", d: `M${zero.toFixed(1)} 0V${HEIGHT}` }),
		draw("path", { class: "drop", d: `M${x.toFixed(1)} ${HEIGHT}V${y.toFixed(1)}` }),
		draw("path", { class: "curve", d: curveOf(values, span) }),
		draw("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 3.5 }),
	);
	return h("div", { class: "point-curve" }, picture);
}

/** @param {I18n} i18n @param {InspectedStep} step @param {Config} config @param {WalkLayer[]} layers */
export function createStations(i18n, step, config, layers) {
	const forward = createForwardLines(i18n, step, config);
	const loss = createLossLines(i18n, step, config);
	const backward = createBackwardLines(i18n, step, config, layers);

	/** The curve of a neuron's activation, or of the output's. @param {WalkLayer} layer @param {number} neuron @param {number} pixel */
	function curves(layer, neuron, pixel) {
		const isOutput = layer.number === layers.length;
		const place = pathOf(layer, neuron, pixel).find(({ layer: { kind } }) => kind === "activation");
		const activation = isOutput ? config.output_activation : place?.layer.activation;
		const values = isOutput ? step.layers[step.layers.length - 1].values : place ? step.layers[place.layer.index - 1].values : [];
		const z = values[isOutput ? neuron : place?.from ?? 0];
		if (!activation || !ACTIVATIONS[activation] || typeof z !== "number") return [];
		const name = i18n.t(`choice.activation.${activation}`);
		return [curveWithPoint(activation, z, i18n.t("inside.point.curve", { name, z: i18n.number(z, { maximumSignificantDigits: 3 }) }))];
	}

	return {
		/** What a neuron is called; of a map also the pixel. @param {number} number @param {number} neuron @param {number} pixel */
		nameOf(number, neuron, pixel) {
			const layer = layers[number - 1];
			if (number === layers.length) return layer.neurons > 1 ? i18n.t("inside.point.class", { class: neuron }) : i18n.t("inside.output");
			const windows = layer.chain[0].windows;
			if (!windows) return i18n.t("readout.node.hidden", { neuron: neuron + 1, layer: number });
			const { row, column } = pixelAt(pixel, windows.after);
			return i18n.t("inside.point.pixel", { filter: neuron + 1, layer: number, row: row + 1, column: column + 1 });
		},

		/** The formulas of a station, but those of updates. @param {Station} station @param {number} pixel @returns {HTMLElement[]} */
		linesOf({ phase, layer: number, neuron }, pixel) {
			const layer = layers[number - 1];
			if (phase === "loss") return loss();
			if (neuron === null) return [];
			if (phase === "forward") return [...forward.of(layer, neuron, pixel, number === layers.length), ...curves(layer, neuron, pixel)];
			return backward.of(layer, neuron, pixel);
		},
	};
}
