// The content of a station of the walk: the neuron's name, and the formulas with the real numbers.
import { createBackwardLines, createLossLines } from "./backward-lines.js";
import { createForwardLines, note } from "./forward-lines.js";
import { brief } from "./numbers.js";
import { ACTIVATIONS } from "../settings/activations.js";
import { pathOf, pixelAt } from "./walk.js";
import { axisNumbers, HEIGHT, LABEL_HEIGHT, PAD, pathOf as curveOf, rangeOf, sample, slopeOf, WIDTH } from "./layer-curves.js";
import { h } from "../ui/dom.js";
import { createSvg } from "../ui/svg.js";

const HALF_TANGENT = 26; // pixels

/** Return the curve of an activation with a point on it. @param {string} activation @param {number} z @param {string} label @param {I18n} i18n @param {boolean} [isBack] whether its tangent is shown */
export function curveWithPoint(activation, z, label, i18n, isBack = false) {
	const f = ACTIVATIONS[activation];
	const range = rangeOf({ low: z, high: z, counts: [] });
	const values = sample(f, range);
	const span = /** @type {[number, number]} */ ([Math.min(0, ...values), Math.max(0, ...values)]);
	const x = ((z - range[0]) / (range[1] - range[0])) * WIDTH;
	const y = HEIGHT - PAD - ((f(z) - span[0]) * (HEIGHT - 2 * PAD)) / Math.max(span[1] - span[0], 1e-9);
	const zero = ((0 - range[0]) / (range[1] - range[0])) * WIDTH;
	const tilt = Math.atan2(
		(slopeOf(f)(z) * (HEIGHT - 2 * PAD)) / Math.max(span[1] - span[0], 1e-9),
		WIDTH / (range[1] - range[0]),
	);
	const [dx, dy] = [HALF_TANGENT * Math.cos(tilt), HALF_TANGENT * Math.sin(tilt)];
	const tangent = `M${(x - dx).toFixed(1)} ${(y + dy).toFixed(1)}L${(x + dx).toFixed(1)} ${(y - dy).toFixed(1)}`;
	const picture = createSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + LABEL_HEIGHT}`, role: "img", "aria-label": label });
	picture.append(
		createSvg("path", { class: "axis", d: `M${zero.toFixed(1)} 0V${HEIGHT}` }),
		createSvg("path", { class: "drop", d: `M${x.toFixed(1)} ${HEIGHT}V${y.toFixed(1)}` }),
		createSvg("path", { class: "curve", d: curveOf(values, span) }),
		...(isBack ? [createSvg("path", { class: "tangent", d: tangent })] : []),
		...axisNumbers(range, span, i18n),
		createSvg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 3.5 }),
	);
	return h("div", { class: "point-curve" }, picture);
}

/** Return functions for the names and formulas of stations. @param {I18n} i18n @param {InspectedStep} step @param {Config} config @param {WalkLayer[]} layers */
export function createStations(i18n, step, config, layers) {
	const forward = createForwardLines(i18n, step, config);
	const loss = createLossLines(i18n, step, config);
	const backward = createBackwardLines(i18n, step, config, layers);

	/** Return the curve of a neuron's activation or of the output's; in the backward pass with its tangent. @param {WalkLayer} layer @param {number} neuron @param {number} pixel @param {boolean} isBack */
	function curves(layer, neuron, pixel, isBack) {
		const isOutput = layer.number === layers.length;
		if (isBack && isOutput && config.loss === "cross_entropy") return []; // its slope cancels out
		const place = pathOf(layer, neuron, pixel).find(({ layer: { kind } }) => kind === "activation");
		const activation = isOutput ? config.output_activation : place?.layer.activation;
		const values = isOutput ? step.layers[step.layers.length - 1].values : place ? step.layers[place.layer.index - 1].values : [];
		const z = values[isOutput ? neuron : place?.from ?? 0];
		if (!activation || !ACTIVATIONS[activation] || typeof z !== "number") return [];
		const name = i18n.t(`choice.activation.${activation}`);
		const label = i18n.t("inside.point.curve", { name, z: i18n.number(z, { maximumSignificantDigits: 3 }) });
		const slope = brief(slopeOf(ACTIVATIONS[activation])(z), i18n, 3);
		const curve = curveWithPoint(activation, z, label, i18n, isBack);
		return isBack ? [curve, note(i18n.t("inside.point.tangent", { slope }))] : [curve];
	}

	return {
		/** Return the name of a neuron; of a feature map, also the pixel. @param {number} number @param {number} neuron @param {number} pixel */
		nameOf(number, neuron, pixel) {
			const layer = layers[number - 1];
			if (number === layers.length) return layer.neurons > 1 ? i18n.t("inside.point.class", { class: neuron }) : i18n.t("inside.output");
			const windows = layer.chain[0].windows;
			if (!windows) return i18n.t("readout.node.hidden", { neuron: neuron + 1, layer: number });
			const { row, column } = pixelAt(pixel, windows.after);
			return i18n.t("inside.point.pixel", { filter: neuron + 1, layer: number, row: row + 1, column: column + 1 });
		},

		/** Return the formulas of a station, other than those of updates. @param {Station} station @param {number} pixel @returns {HTMLElement[]} */
		linesOf({ phase, layer: number, neuron }, pixel) {
			const layer = layers[number - 1];
			if (phase === "loss") return loss();
			if (neuron === null) return [];
			if (phase === "forward") {
				return [...forward.of(layer, neuron, pixel, number === layers.length), ...curves(layer, neuron, pixel, false)];
			}
			return [...backward.of(layer, neuron, pixel), ...curves(layer, neuron, pixel, true)];
		},
	};
}
