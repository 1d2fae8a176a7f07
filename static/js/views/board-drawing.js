// Draws the network: its links, and over them the pictures of its nodes. Runs in a worker, or on the page.
import { createLinkDrawing } from "./link-drawing.js";
import { createNodePictures } from "./node-pictures.js";
import { createClassColors, createColorMap } from "../ui/color.js";

/** Return the drawing on a canvas. @param {OffscreenCanvas | HTMLCanvasElement} canvas */
export function createBoardDrawing(canvas) {
	const context = /** @type {BoardContext} */ (canvas.getContext("2d"));
	const links = createLinkDrawing();
	let pictures = createNodePictures(0, 0);
	/** @type {NodePicture[]} */
	let neurons = [];
	let ratio = 0;
	/** @type {BoardColors | null} */
	let colors = null;
	/** @type {Float32Array | null} */
	let parameters = null;

	/** @param {BoardSize} size */
	function resizeCanvas(size) {
		const [across, down] = [Math.round(size.width * size.ratio), Math.round(size.height * size.ratio)];
		if (canvas.width === across && canvas.height === down && ratio === size.ratio) return;
		canvas.width = across;
		canvas.height = down;
		ratio = size.ratio;
		context.setTransform(ratio, 0, 0, ratio, 0, 0);
	}

	/** @param {BoardLayout} layout */
	function applyLayout(layout) {
		links.layout(layout.links);
		if (layout.nodes) pictures = createNodePictures(layout.nodes.inputs, layout.nodes.neurons);
		pictures.place(layout.boxes);
	}

	/** @param {Grids} grids @param {boolean} discretize @param {BoardColors} given */
	function paintInputs({ resolution, values }, discretize, { map }) {
		const size = resolution * resolution;
		for (let input = 0; (input + 1) * size <= values.length; input += 1) {
			pictures.inputs.paint(input, values.subarray(input * size, (input + 1) * size), resolution, map, discretize);
		}
	}

	/** @param {Grids} grids @param {boolean} discretize @param {BoardColors} given */
	function paintNeurons({ resolution, values }, discretize, { map, classes }) {
		const size = resolution * resolution;
		neurons.forEach(({ place, shownClass }, index) => {
			const start = place * size;
			if (start + size > values.length) return;
			const of = shownClass === null ? map : classes.map(shownClass);
			pictures.neurons.paint(index, values.subarray(start, start + size), resolution, of, discretize);
		});
	}

	return {
		/** Apply what has changed, and draw. @param {BoardChange} change */
		draw({ size, layout, theme, neurons: others, inputs, preview, parameters: weights, discretize, motion }) {
			resizeCanvas(size);
			if (layout) applyLayout(layout);
			if (theme) colors = { map: createColorMap(theme.name), classes: createClassColors(theme.name), ...theme };
			if (others) neurons = others;
			if (weights) parameters = weights;
			if (!colors || canvas.width === 0 || canvas.height === 0) return;
			if (inputs) paintInputs(inputs, discretize, colors);
			if (preview) paintNeurons(preview, discretize, colors);
			links.draw(context, parameters, colors, motion);
			pictures.draw(context, colors);
		},
	};
}
