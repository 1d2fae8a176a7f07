// The network with its weights, for print: a line for each weight, as wide as it is large, in the colour of its sign.
import { createColorMap } from "../ui/color.js";
import { element, line, picture, words } from "./svg-text.js";

const COLUMN = 150; // pixels between two layers
const [LEFT, TOP, TALLEST, LOW] = [110, 40, 520, 64];
const STEP = 60; // from one neuron to the next, where there is room
const LARGEST = 34; // of a neuron, in pixels

/**
 * @param {{shape: number[], layers: {weights: number[][], biases: number[]}[], inputs: string[], captions: string[]}} network `inputs` are the
 *   names of the inputs, `captions` stands under each layer, that of the inputs first
 * @param {string} name @returns {Picture}
 */
export function networkPicture({ shape, layers, inputs, captions }, name) {
	const colors = createColorMap("light");
	const tall = Math.min(TALLEST, STEP * Math.max(...shape));
	const middle = TOP + tall / 2;
	const columns = shape.map((count, layer) => {
		const step = Math.min(STEP, tall / count);
		const first = middle - (step * (count - 1)) / 2;
		return {
			x: LEFT + layer * COLUMN,
			size: Math.min(LARGEST, step * 0.7),
			ys: Array.from({ length: count }, (_, index) => first + index * step),
		};
	});
	const most = Math.max(...layers.flatMap(({ weights }) => weights.flat().map(Math.abs)), 1e-9);
	const links = layers.flatMap(({ weights }, index) => {
		const [from, to] = [columns[index], columns[index + 1]];
		const fits = weights.length === from.ys.length; // the windows of a convolution are no neurons
		if (!fits) return [line(from.x + from.size, middle, to.x - to.size, middle, { "stroke-width": 4 })];
		return weights.flatMap((row, source) =>
			row.map((weight, neuron) => {
				const size = Math.abs(weight) / most;
				return line(from.x, from.ys[source], to.x, to.ys[neuron], {
					stroke: colors.css(Math.sign(weight)),
					"stroke-width": 0.3 + 5 * size,
					"stroke-opacity": 0.25 + 0.75 * size,
				});
			})
		);
	});
	const nodes = columns.flatMap(({ x, size, ys }, layer) =>
		ys.map((y, neuron) => {
			const bias = layer ? layers[layer - 1].biases[neuron] ?? 0 : 0;
			return element("rect", {
				x: x - size / 2,
				y: y - size / 2,
				width: size,
				height: size,
				rx: size / 8,
				fill: layer ? colors.css(Math.max(-1, Math.min(1, bias))) : "#ffffff",
				stroke: "#57636a",
			});
		})
	);
	const labels = inputs.map((text, index) => words(text, LEFT - LARGEST / 2 - 10, columns[0].ys[index] + 5, { "text-anchor": "end" }));
	const under = captions.map((text, layer) => words(text, columns[layer].x, TOP + tall + 40, { "text-anchor": "middle", "font-size": 14 }));
	return picture(2 * LEFT + COLUMN * (shape.length - 1), TOP + tall + LOW, name, ...links, ...nodes, ...labels, ...under);
}
