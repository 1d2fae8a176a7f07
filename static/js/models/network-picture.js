// The printable picture of the network: a line for each weight; its width shows the magnitude, its colour the sign.
import { createColorMap } from "../ui/color.js";
import { heading } from "./heading.js";
import { element, line, QUIET, svgPicture, textElement, translated } from "./svg-text.js";
import { truncate, widthOf, wrapText } from "./text-size.js";

const [MAX_LAYER_PITCH, MIN_LAYER_PITCH, LAYERS_WIDTH] = [150, 84, 1050]; // pixels from one layer to the next; of all layers if they fit
const [MAX_LAYER_HEIGHT, MAX_NEURON_PITCH] = [520, 60]; // pixels
const MAX_NEURON_SIZE = 34; // pixels
const [FONT, SMALL_FONT] = [16, 14];
const MIN_WIDTH = 560; // pixels, so that the heading has room
const COLORS = createColorMap("light");

/** Return the line style of a weight. @param {number} weight @param {number} maxWeight the largest size of all */
function weightStyle(weight, maxWeight) {
	const size = Math.abs(weight) / maxWeight;
	return { stroke: COLORS.css(Math.sign(weight)), "stroke-width": 0.3 + 5 * size, "stroke-opacity": 0.25 + 0.75 * size };
}

/** A neuron. @param {number} x @param {number} y @param {number} size @param {string} fill */
const node = (x, y, size, fill) =>
	element("rect", { x: x - size / 2, y: y - size / 2, width: size, height: size, rx: size / 8, fill, stroke: QUIET });

/** Return the positions of all neurons, in pixels; the first layer is at x = 0. @param {number[]} shape */
function layOutNeurons(shape) {
	const column = Math.max(MIN_LAYER_PITCH, Math.min(MAX_LAYER_PITCH, LAYERS_WIDTH / shape.length));
	const tall = Math.min(MAX_LAYER_HEIGHT, MAX_NEURON_PITCH * Math.max(...shape));
	const columns = shape.map((count, layer) => {
		const step = Math.min(MAX_NEURON_PITCH, tall / count);
		const first = tall / 2 - (step * (count - 1)) / 2;
		return {
			x: layer * column,
			size: Math.min(MAX_NEURON_SIZE, step * 0.7),
			ys: Array.from({ length: count }, (_, index) => first + index * step),
		};
	});
	return { columns, column, tall };
}

/** Return the key of lines and squares, and its height in pixels. @param {number} maxWeight the largest size of a weight @param {I18n} i18n @param {string[]} notes lines of text below @param {number} room */
function createKey(maxWeight, i18n, notes, room) {
	const { t } = i18n;
	const number = (/** @type {number} */ value) => i18n.number(value, { maximumSignificantDigits: 3 });
	const parts = [textElement(t("models.weightsKey"), 0, 5, { "font-size": SMALL_FONT })];
	let x = widthOf(t("models.weightsKey"), SMALL_FONT) + 16;
	for (const value of [-maxWeight, -maxWeight / 4, maxWeight / 4, maxWeight]) {
		parts.push(line(x, 0, x + 28, 0, weightStyle(value, maxWeight)), textElement(number(value), x + 34, 5, { "font-size": SMALL_FONT }));
		x += 34 + widthOf(number(value), SMALL_FONT) + 14;
	}
	parts.push(textElement(t("models.biasesKey"), 0, 31, { "font-size": SMALL_FONT }));
	x = widthOf(t("models.biasesKey"), SMALL_FONT) + 16;
	for (const [value, text] of /** @type {[number, string][]} */ ([[-1, `≤ ${number(-1)}`], [0, number(0)], [1, `≥ ${number(1)}`]])) {
		parts.push(node(x + 9, 26, 18, COLORS.css(value)), textElement(text, x + 26, 31, { "font-size": SMALL_FONT }));
		x += 26 + widthOf(text, SMALL_FONT) + 14;
	}
	const lines = notes.flatMap((text) => wrapText(text, { room, size: SMALL_FONT, maxLines: 2 }));
	parts.push(...lines.map((text, at) => textElement(text, 0, 57 + 20 * at, { "font-size": SMALL_FONT })));
	return { parts, height: 48 + 20 * lines.length };
}

/** Return the picture of the network. @param {NetworkData} network @param {PrintOptions} options @returns {Picture} */
export function networkPicture({ shape, layers, inputs, outputs, captions, notes }, { i18n, name, setUp }) {
	const { columns, column, tall } = layOutNeurons(shape);
	const maxWeight = layers.flatMap(({ weights }) => weights.flat()).reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 1e-9);
	const links = layers.flatMap(({ weights }, index) => {
		const [from, to] = [columns[index], columns[index + 1]];
		const fits = weights.length === from.ys.length; // the windows of a convolution are no neurons
		if (!fits) return [line(from.x + from.size, tall / 2, to.x - to.size, tall / 2, { "stroke-width": 4 })];
		return weights.flatMap((row, source) =>
			row.map((weight, neuron) => line(from.x, from.ys[source], to.x, to.ys[neuron], weightStyle(weight, maxWeight)))
		);
	});
	const nodes = columns.flatMap(({ x, size, ys }, layer) =>
		ys.map((y, neuron) => {
			const bias = layer ? layers[layer - 1].biases[neuron] ?? 0 : 0;
			return node(x, y, size, layer ? COLORS.css(Math.max(-1, Math.min(1, bias))) : "#ffffff");
		})
	);
	const beside = MAX_NEURON_SIZE / 2 + 10;
	const named = (/** @type {string} */ text) => truncate(text, 200, FONT);
	const end = columns[columns.length - 1];
	const labels = [
		...inputs.map((text, index) => textElement(named(text), -beside, columns[0].ys[index] + 5, { "text-anchor": "end" })),
		...outputs.map((text, index) => textElement(named(text), end.x + beside, end.ys[index] + 5)),
	];
	const lines = captions.map((text) => wrapText(text, { room: column - 8, size: SMALL_FONT, maxLines: 2 }));
	const under = lines.flatMap((texts, layer) =>
		texts.map((text, at) => textElement(text, columns[layer].x, tall + 36 + 18 * at, { "text-anchor": "middle", "font-size": SMALL_FONT }))
	);
	const sides = (/** @type {string[]} */ texts) =>
		Math.max(60, 24 + beside + Math.max(0, ...texts.map((text) => widthOf(named(text), FONT))));
	const [left, right] = [sides(inputs), sides(outputs)];
	const contentWidth = left + end.x + right;
	const width = Math.max(MIN_WIDTH, contentWidth);
	const head = heading(name, setUp, 16, width - 32);
	const key = createKey(maxWeight, i18n, notes, width - 32);
	const below = head.height + tall + 58 + 18 * Math.max(...lines.map((texts) => texts.length));
	return svgPicture(
		{ width, height: below + key.height, title: name, locale: i18n.locale },
		...head.parts,
		translated(left + (width - contentWidth) / 2, head.height, ...links, ...nodes, ...labels, ...under),
		line(16, below - 22, width - 16, below - 22, { stroke: "#dde1e3" }),
		translated(16, below, ...key.parts),
	);
}
