// Makes of a drawing what the dataset has: 8x8 pixels of 0 to 16, counted in blocks of a bitmap of 32x32 that the digit fills from top to bottom.

export const [SIDE, INK] = [8, 16];
const [FINE, BLOCK] = [32, 4];
const WIDEST = 24; // pixels of the bitmap: so wide are the dataset's widest digits
const USUAL_INK = 312; // pixels with ink of the bitmap: as many have all digits of the dataset, thin ones and wide ones
const [THINNEST, THICKEST] = [1.2, 5]; // radius of the pen
const HALVINGS = 7;
const MOST = 240; // points of a drawing that are looked at

/** Whether a picture has no ink. @param {ArrayLike<number>} pixels */
export const isEmpty = (pixels) => Array.from(pixels).every((each) => each === 0);

/** The ends of all short lines of the strokes; a dot is a line without length. @param {Stroke[]} strokes @returns {Line[]} */
function linesOf(strokes) {
	const every = Math.ceil(strokes.reduce((sum, { length }) => sum + length, 0) / MOST);
	return strokes.filter(({ length }) => length > 0).flatMap((stroke) => {
		const points = stroke.filter((_, index) => index % every === 0 || index === stroke.length - 1);
		return points.map((point, index) => [...points[Math.max(0, index - 1)], ...point]);
	});
}

/** Lines in the bitmap: as high as it is, as wide as that makes them, at most as the dataset's are, and in the middle. @param {Line[]} lines @param {number} radius */
function fitted(lines, radius) {
	const [x, y] = [0, 1].map((axis) => lines.flatMap((line) => [line[axis], line[axis + 2]]));
	const [left, right, top, bottom] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
	const [wide, high] = [right - left, bottom - top];
	const room = FINE - 2 * radius;
	const widest = WIDEST - 2 * radius;
	// A line that is much wider than high, such as a dash, is none of the dataset's digits: it keeps its form.
	const flat = high < wide / 3;
	const down = flat ? widest / wide : high > 0 ? room / high : 1;
	const across = Math.min(down, wide ? widest / wide : down);
	const place = (/** @type {number} */ value, /** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ scale) =>
		FINE / 2 + (value - (from + to) / 2) * scale;
	return lines.map(([x1, y1, x2, y2]) => [
		place(x1, left, right, across),
		place(y1, top, bottom, down),
		place(x2, left, right, across),
		place(y2, top, bottom, down),
	]);
}

/** Mark the pixels that lie no farther than `radius` from a line. @param {Line[]} lines @param {number} radius */
function bitmapOf(lines, radius) {
	const bitmap = new Uint8Array(FINE * FINE);
	for (const [x1, y1, x2, y2] of lines) {
		const [dx, dy] = [x2 - x1, y2 - y1];
		const length = dx * dx + dy * dy;
		const within = (/** @type {number} */ value) => Math.max(0, Math.min(FINE - 1, Math.floor(value)));
		for (let row = within(Math.min(y1, y2) - radius); row <= within(Math.max(y1, y2) + radius); row += 1) {
			for (let column = within(Math.min(x1, x2) - radius); column <= within(Math.max(x1, x2) + radius); column += 1) {
				const [x, y] = [column + 0.5 - x1, row + 0.5 - y1];
				const along = length ? Math.max(0, Math.min(1, (x * dx + y * dy) / length)) : 0;
				if ((x - along * dx) ** 2 + (y - along * dy) ** 2 <= radius * radius) bitmap[row * FINE + column] = 1;
			}
		}
	}
	return bitmap;
}

/** Count the ink of each block. @param {Uint8Array} bitmap */
function counted(bitmap) {
	/** @type {number[]} */
	const pixels = Array(SIDE * SIDE).fill(0);
	bitmap.forEach((ink, at) => (pixels[Math.floor(at / FINE / BLOCK) * SIDE + Math.floor((at % FINE) / BLOCK)] += ink));
	return pixels;
}

/**
 * The picture of a drawing, centred and as large and bold as the dataset's digits; all zeros if nothing was drawn.
 * @param {Stroke[]} strokes places x, y of the pen, in any unit @returns {number[]}
 */
export function pixelsOf(strokes) {
	const lines = linesOf(strokes);
	if (lines.length === 0) return Array(SIDE * SIDE).fill(0);
	const drawn = (/** @type {number} */ radius) => bitmapOf(fitted(lines, radius), radius);
	let [thin, thick] = [THINNEST, THICKEST];
	for (let step = 0; step < HALVINGS; step += 1) {
		const radius = (thin + thick) / 2;
		if (drawn(radius).reduce((sum, each) => sum + each, 0) > USUAL_INK) thick = radius;
		else thin = radius;
	}
	return counted(drawn(thin));
}
