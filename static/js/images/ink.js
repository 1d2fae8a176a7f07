// Converts a drawing to the dataset's format: 8x8 pixels of 0 to 16, the ink in 4x4 blocks of a 32x32 bitmap whose height the digit fills.

import { IMAGE_SIDE } from "../settings/images.js";

const [BITMAP_SIDE, BLOCK_SIDE] = [32, 4]; // pixels
const MAX_DIGIT_SIZE = 24; // pixels of the bitmap, as the widest digits of the dataset
const TARGET_INK = 312; // pixels of the bitmap with ink, as all digits of the dataset have them, thin ones and wide ones
const [MIN_PEN_RADIUS, MAX_PEN_RADIUS] = [1.2, 5]; // pixels of the bitmap
const BISECTIONS = 7;
const MAX_POINTS = 240; // of a drawing; of more, every second, third, ... counts

/** Whether a picture has no ink. @param {ArrayLike<number>} pixels */
export const isEmpty = (pixels) => Array.from(pixels).every((each) => each === 0);

/** Return the line segments of the strokes; a dot is a segment of length 0. @param {Stroke[]} strokes @returns {Line[]} */
function linesOf(strokes) {
	const every = Math.ceil(strokes.reduce((sum, { length }) => sum + length, 0) / MAX_POINTS);
	return strokes.filter(({ length }) => length > 0).flatMap((stroke) => {
		const points = stroke.filter((_, index) => index % every === 0 || index === stroke.length - 1);
		return points.map((point, index) => [...points[Math.max(0, index - 1)], ...point]);
	});
}

/** Scale and centre lines in the bitmap: they fill its height, unless the digit would be wider than those of the dataset. @param {Line[]} lines @param {number} radius */
function fitToBitmap(lines, radius) {
	const [x, y] = [0, 1].map((axis) => lines.flatMap((line) => [line[axis], line[axis + 2]]));
	const [left, right, top, bottom] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
	const [wide, high] = [right - left, bottom - top];
	const room = BITMAP_SIDE - 2 * radius;
	const widest = MAX_DIGIT_SIZE - 2 * radius;
	// A line that is much wider than high, such as a dash, is none of the dataset's digits: it keeps its form.
	const flat = high < wide / 3;
	const down = flat ? widest / wide : high > 0 ? room / high : 1;
	const across = Math.min(down, wide ? widest / wide : down);
	const place = (/** @type {number} */ value, /** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ scale) =>
		BITMAP_SIDE / 2 + (value - (from + to) / 2) * scale;
	return lines.map(([x1, y1, x2, y2]) => [
		place(x1, left, right, across),
		place(y1, top, bottom, down),
		place(x2, left, right, across),
		place(y2, top, bottom, down),
	]);
}

/** Return a bitmap in which the pixels within `radius` of a line are 1. @param {Line[]} lines @param {number} radius */
function bitmapOf(lines, radius) {
	const bitmap = new Uint8Array(BITMAP_SIDE * BITMAP_SIDE);
	for (const [x1, y1, x2, y2] of lines) {
		const [dx, dy] = [x2 - x1, y2 - y1];
		const length = dx * dx + dy * dy;
		const within = (/** @type {number} */ value) => Math.max(0, Math.min(BITMAP_SIDE - 1, Math.floor(value)));
		for (let row = within(Math.min(y1, y2) - radius); row <= within(Math.max(y1, y2) + radius); row += 1) {
			for (let column = within(Math.min(x1, x2) - radius); column <= within(Math.max(x1, x2) + radius); column += 1) {
				const [x, y] = [column + 0.5 - x1, row + 0.5 - y1];
				const along = length ? Math.max(0, Math.min(1, (x * dx + y * dy) / length)) : 0;
				if ((x - along * dx) ** 2 + (y - along * dy) ** 2 <= radius * radius) bitmap[row * BITMAP_SIDE + column] = 1;
			}
		}
	}
	return bitmap;
}

/** Return the number of inked pixels in each block. @param {Uint8Array} bitmap */
function countBlocks(bitmap) {
	/** @type {number[]} */
	const pixels = Array(IMAGE_SIDE * IMAGE_SIDE).fill(0);
	bitmap.forEach((
		ink,
		at,
	) => (pixels[Math.floor(at / BITMAP_SIDE / BLOCK_SIDE) * IMAGE_SIDE + Math.floor((at % BITMAP_SIDE) / BLOCK_SIDE)] += ink));
	return pixels;
}

/**
 * Return the pixels of a drawing, centred and as large and bold as the dataset's digits; all zeros if nothing was drawn.
 * @param {Stroke[]} strokes places x, y of the pen, in any unit @returns {number[]}
 */
export function pixelsOf(strokes) {
	const lines = linesOf(strokes);
	if (lines.length === 0) return Array(IMAGE_SIDE * IMAGE_SIDE).fill(0);
	const drawn = (/** @type {number} */ radius) => bitmapOf(fitToBitmap(lines, radius), radius);
	let [thin, thick] = [MIN_PEN_RADIUS, MAX_PEN_RADIUS];
	for (let step = 0; step < BISECTIONS; step += 1) {
		const radius = (thin + thick) / 2;
		if (drawn(radius).reduce((sum, each) => sum + each, 0) > TARGET_INK) thick = radius;
		else thin = radius;
	}
	return countBlocks(drawn(thin));
}
