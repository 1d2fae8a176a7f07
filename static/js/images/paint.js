// Draws on canvases: digits in shades of grey, and signed numbers in the page's colours.
import { fitCanvas } from "../ui/dom.js";

/** Draw a digit: each pixel's opacity is its value over the maximum. @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} pixels @param {number} maxValue the value of ink @param {Box} box @param {Colors} colors */
export function drawDigit(context, pixels, maxValue, { x, y, size }, { zero, ink }) {
	const side = Math.round(Math.sqrt(pixels.length));
	context.fillStyle = zero;
	context.fillRect(x, y, size, size);
	context.fillStyle = ink;
	const edge = (/** @type {number} */ place) => Math.round((place * size) / side);
	for (let at = 0; at < pixels.length; at += 1) {
		if (pixels[at] === 0) continue;
		const [column, row] = [at % side, Math.floor(at / side)];
		context.globalAlpha = Math.max(0, Math.min(1, pixels[at] / maxValue));
		context.fillRect(x + edge(column), y + edge(row), edge(column + 1) - edge(column), edge(row + 1) - edge(row));
	}
	context.globalAlpha = 1;
}

/** Draw a digit on a canvas of its own. @param {HTMLCanvasElement} canvas @param {number} size @param {ArrayLike<number>} pixels @param {number} maxInk @param {Colors} colors */
export function paintDigit(canvas, size, pixels, maxInk, colors) {
	const context = fitCanvas(canvas, size, size);
	drawDigit(context, pixels, maxInk, { x: 0, y: 0, size }, colors);
}

/** Return a painter that draws tiles of numbers, enlarged without smoothing, by way of a hidden canvas. */
export function createTilePainter() {
	const canvas = document.createElement("canvas");
	const hidden = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
	/** Pixels of each size. @type {Map<string, ImageData>} */
	const images = new Map();
	return {
		/** Draw tiles of one size. All are put on the hidden canvas at once, which is far faster than one by one. @param {CanvasRenderingContext2D} context @param {Tile[]} tiles @param {Box[]} boxes @param {Colors} colors */
		draw(context, tiles, boxes, { table }) {
			if (tiles.length === 0) return;
			const [{ width, height }] = tiles;
			const [across, down] = [width, height * tiles.length];
			const key = `${across} ${down}`;
			const image = images.get(key) ?? hidden.createImageData(across, down);
			images.set(key, image);
			if (canvas.width < across || canvas.height < down) {
				Object.assign(canvas, { width: Math.max(across, canvas.width), height: Math.max(down, canvas.height) });
			}
			const pixels = new Uint32Array(image.data.buffer);
			tiles.forEach(({ values }, index) => {
				const start = index * width * height;
				for (let at = 0; at < width * height; at += 1) pixels[start + at] = table[Math.round(values[at]) + 128];
			});
			hidden.putImageData(image, 0, 0);
			context.imageSmoothingEnabled = false;
			boxes.forEach(({ x, y, size }, index) => context.drawImage(canvas, 0, index * height, width, height, x, y, size, size));
		},
	};
}

/** Outline a box: by a line of one pixel inside it, or a thicker one around it. @param {CanvasRenderingContext2D} context @param {Box} box @param {string} colour @param {number} [width] */
export function outline(context, { x, y, size }, colour, width = 1) {
	const out = width === 1 ? -0.5 : width / 2;
	context.strokeStyle = colour;
	context.lineWidth = width;
	context.strokeRect(x - out, y - out, size + 2 * out, size + 2 * out);
}
