// Draws the network's links: curves on one canvas, whose width and colour show their weights.
import { createMeasure, dashes, paintStroke } from "./link-strokes.js";

const FLOW_SPEED = 24; // pixels a second
const MEASURED_REACHES = [1.5, 3, 5.1]; // CSS pixels from its middle for which a link is measured: seldom all that it can have
const MAX_KEPT_PIXELS = 8e6; // of measured links; of a larger network each frame measures the rest again

/** The width of a link: about 1 to 10 pixels for weights of magnitude 0 to 5, as in TensorFlow Playground. @param {number} weight */
const widthOf = (weight) => 0.75 + 1.85 * Math.min(Math.abs(weight), 5);

/** Draw the curve between two nodes. @param {BoardContext} context @param {Link} link */
function strokeCurve(context, { from, to }) {
	const middle = (from.x + to.x) / 2;
	context.beginPath();
	context.moveTo(from.x, from.y);
	context.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
	context.stroke();
}

/** Cache the measured strokes of links for a board, whose size is in pixels of the screen. @param {number} width @param {number} height @param {number} ratio */
function createStrokes(width, height, ratio) {
	const measure = createMeasure(width, height, ratio);
	const image = new ImageData(width, height);
	/** @type {Map<Link, LinkStroke>} */
	const strokes = new Map();
	let pixelCount = 0;
	return {
		width,
		height,
		image,
		pixels: new Uint32Array(image.data.buffer),
		/** @param {Link} link @param {number} reach pixels of the screen */
		of(link, reach) {
			const known = strokes.get(link);
			if (known && known.reach >= reach) return known;
			const stroke = measure(link, (MEASURED_REACHES.find((each) => each * ratio + 0.5 >= reach) ?? reach) * ratio + 0.5);
			pixelCount += stroke.at.length - (known?.at.length ?? 0);
			if (pixelCount < MAX_KEPT_PIXELS) strokes.set(link, stroke);
			else pixelCount -= stroke.at.length;
			return stroke;
		},
	};
}

/** Return the drawing of all links. */
export function createLinkDrawing() {
	/** @type {Link[]} */
	let links = [];
	/** @type {ReturnType<typeof createStrokes> | null} */
	let strokes = null;

	return {
		/** @param {Link[]} next */
		layout(next) {
			links = next;
			strokes = null;
		},

		/**
		 * Draw the links on an opaque ground.
		 * @param {BoardContext} context scaled to CSS pixels @param {Float32Array | null} parameters null: not known yet @param {BoardColors} colors @param {LinkMotion} motion
		 */
		draw(context, parameters, colors, { flowing, marked, now }) {
			const { width, height } = context.canvas;
			const ratio = context.getTransform().a;
			if (strokes?.width !== width || strokes.height !== height) strokes = createStrokes(width, height, ratio);
			const { image, pixels } = strokes;
			pixels.fill(colors.ground);
			const dash = dashes(flowing ? (now * FLOW_SPEED) / 1000 : 0, ratio);
			for (const link of parameters ? links : []) {
				const weight = /** @type {Float32Array} */ (parameters)[link.index];
				const wide = widthOf(weight) * ratio;
				paintStroke(pixels, strokes.of(link, wide / 2 + 0.5), wide, colors.map.pixel(weight), dash);
			}
			context.putImageData(image, 0, 0);
			if (!marked) return;
			context.strokeStyle = colors.ink;
			context.lineWidth = 2;
			strokeCurve(context, marked);
		},
	};
}
