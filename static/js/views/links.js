// The links of the network: curves on one canvas, whose width and colour show their weights.
import { weightIndex } from "../state/parameters.js";
import { createMeasure, dashes, paintStroke } from "./link-strokes.js";

const REACH = 7; // pixels between the pointer and a link that it selects
const FLOW = 24; // speed of the dashes, in pixels per second
const REACHES = [1.5, 3, 5.1]; // CSS pixels from its middle for which a link is measured: seldom all that it can have
const KEPT = 8e6; // pixels of measured links that are kept; of a larger network each frame measures the rest again

/** The width of a link: about 1 to 10 pixels for weights of magnitude 0 to 5, as in TensorFlow Playground. @param {number} weight */
const widthOf = (weight) => 0.75 + 1.85 * Math.min(Math.abs(weight), 5);

/** The y of a link's curve at `x`, found by bisection. @param {Link} link @param {number} x */
function heightAt({ from, to }, x) {
	let [low, high] = [0, 1];
	const share = (x - from.x) / (to.x - from.x);
	for (let i = 0; i < 12; i += 1) {
		const t = (low + high) / 2;
		if (1.5 * t * (1 - t) + t * t * t < share) low = t;
		else high = t;
	}
	const t = (low + high) / 2;
	return from.y + (to.y - from.y) * t * t * (3 - 2 * t);
}

/** Draw the curve between two nodes. @param {CanvasRenderingContext2D} context @param {Link} link */
function strokeCurve(context, { from, to }) {
	const middle = (from.x + to.x) / 2;
	context.beginPath();
	context.moveTo(from.x, from.y);
	context.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
	context.stroke();
}

/** @param {LayerLayout[]} layout @param {Layout["place"]} placeOf where a node's middle is @param {number[]} sizes of the nodes in each layer */
function makeLinks(layout, placeOf, sizes) {
	/** @type {Link[]} */
	const links = [];
	layout.forEach(({ inputs, neurons }, before) => {
		const layer = before + 1;
		for (let source = 0; source < inputs; source += 1) {
			for (let neuron = 0; neuron < neurons; neuron += 1) {
				const [start, end] = [placeOf(before, source), placeOf(layer, neuron)];
				const from = { x: start.x + sizes[before] / 2, y: start.y };
				const to = { x: end.x - sizes[layer] / 2, y: end.y };
				links.push({ layer, source, neuron, from, to, index: weightIndex(layout, layer, source, neuron) });
			}
		}
	});
	return links;
}

/** Keeps the strokes of links for a board of so many pixels of the screen. @param {number} width @param {number} height @param {number} ratio */
function createStrokes(width, height, ratio) {
	const measure = createMeasure(width, height, ratio);
	const image = new ImageData(width, height);
	/** @type {Map<Link, LinkStroke>} */
	const strokes = new Map();
	let kept = 0;
	return {
		width,
		height,
		image,
		pixels: new Uint32Array(image.data.buffer),
		/** @param {Link} link @param {number} reach pixels of the screen */
		of(link, reach) {
			const known = strokes.get(link);
			if (known && known.reach >= reach) return known;
			const stroke = measure(link, (REACHES.find((each) => each * ratio + 0.5 >= reach) ?? reach) * ratio + 0.5);
			kept += stroke.at.length - (known?.at.length ?? 0);
			if (kept < KEPT) strokes.set(link, stroke);
			else kept -= stroke.at.length;
			return stroke;
		},
	};
}

export function createLinks() {
	/** @type {Link[]} */
	let links = [];
	/** @type {ReturnType<typeof createStrokes> | null} */
	let strokes = null;

	return {
		/** @param {LayerLayout[]} layout @param {Layout["place"]} placeOf @param {Layout} board */
		layout(layout, placeOf, board) {
			links = makeLinks(layout, placeOf, board.sizes);
			strokes = null;
		},

		/** Draw the links on an opaque ground. @param {CanvasRenderingContext2D} context of `fitCanvas` @param {Float32Array | null} parameters null: not known yet @param {Colors} colors @param {LinkMotion} motion */
		draw(context, parameters, colors, { flowing, marked, now }) {
			const { width, height } = context.canvas;
			if (width === 0 || height === 0) return;
			const ratio = context.getTransform().a;
			if (strokes?.width !== width || strokes.height !== height) strokes = createStrokes(width, height, ratio);
			const { image, pixels } = strokes;
			pixels.fill(colors.ground);
			const dash = dashes(flowing ? (now * FLOW) / 1000 : 0, ratio);
			for (const link of parameters ? links : []) {
				const weight = /** @type {Float32Array} */ (parameters)[link.index];
				const wide = widthOf(weight) * ratio;
				paintStroke(pixels, strokes.of(link, wide / 2 + 0.5), wide, colors.pixel(weight), dash);
			}
			context.putImageData(image, 0, 0);
			if (!marked) return;
			context.strokeStyle = colors.ink;
			context.lineWidth = 2;
			strokeCurve(context, marked);
		},

		/** The link nearest to a place, or null if none is within reach. @param {number} x @param {number} y */
		near(x, y) {
			let best = null;
			let distance = REACH;
			for (const link of links) {
				if (x < link.from.x || x > link.to.x) continue;
				const away = Math.abs(heightAt(link, x) - y);
				if (away < distance) [best, distance] = [link, away];
			}
			return best;
		},
	};
}
