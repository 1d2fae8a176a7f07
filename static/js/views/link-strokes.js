// Rasterizes links. The geometry of a link changes seldom, its width and colour with each frame; so the pixels near it and their
// distances from its middle are measured once, and a frame only mixes colours.

const UNITS_PER_PIXEL = 16; // of distances, and pixels of the screen
const DASH_LENGTH = 9; // CSS pixels
const DASH_PERIOD = 11; // a dash with its gap
const PHASES_PER_PERIOD = 256;
const PIECE_LENGTH = 3; // pixels of the straight pieces that stand for a curve
const FULL_COVERAGE = 256; // of a pixel

/** The screen pixels of a board while a link is measured: squared distances, phases of dashes, and which were touched. */
class Board {
	/** @param {number} width @param {number} height */
	constructor(width, height) {
		this.width = width;
		this.height = height;
		this.distances = new Float32Array(width * height).fill(Infinity);
		this.phases = new Uint8Array(width * height);
		this.touched = new Uint32Array(width * height);
		this.count = 0;
	}
}

/**
 * Find the pixels near a straight piece of a link.
 * @param {Board} board @param {{x: number, y: number, dx: number, dy: number, long: number}} piece
 * @param {number} reach @param {number} passed the link's length before the piece, in phases @param {number} scale phases in a pixel
 * @param {boolean} first whether the link begins with it @param {boolean} last
 */
function measurePiece(board, { x, y, dx, dy, long }, reach, passed, scale, first, last) {
	const { width, height, distances, phases, touched } = board;
	const left = Math.max(0, Math.floor(Math.min(x, x + dx) - reach));
	const right = Math.min(width, Math.ceil(Math.max(x, x + dx) + reach));
	const top = Math.max(0, Math.floor(Math.min(y, y + dy) - reach));
	const bottom = Math.min(height, Math.ceil(Math.max(y, y + dy) + reach));
	const farthest = reach * reach;
	const square = long * long;
	for (let row = top; row < bottom; row += 1) {
		for (let column = left; column < right; column += 1) {
			const px = column + 0.5 - x;
			const py = row + 0.5 - y;
			let along = (px * dx + py * dy) / square;
			if ((first && along < 0) || (last && along > 1)) continue; // beyond the link's ends
			along = along < 0 ? 0 : along > 1 ? 1 : along;
			const awayX = px - along * dx;
			const awayY = py - along * dy;
			const distance = awayX * awayX + awayY * awayY;
			const at = row * width + column;
			if (distance >= farthest || distance >= distances[at]) continue;
			if (distances[at] === Infinity) touched[board.count++] = at;
			distances[at] = distance;
			phases[at] = passed + along * long * scale; // of the remainder: a Uint8Array keeps 256 phases
		}
	}
}

/**
 * Measures links on a board of `width` times `height` pixels of the screen, of which `ratio` are one CSS pixel.
 * @param {number} width @param {number} height @param {number} ratio
 * @returns {(link: Link, reach: number) => LinkStroke} `reach`: how far from a link's middle its pixels are wanted
 */
export function createMeasure(width, height, ratio) {
	const board = new Board(width, height);
	const scale = PHASES_PER_PERIOD / DASH_PERIOD / ratio;

	return ({ from, to }, reach) => {
		const across = (to.x - from.x) * ratio;
		const down = (to.y - from.y) * ratio;
		const pieces = Math.max(8, Math.ceil(Math.hypot(across, down) / PIECE_LENGTH));
		let x = from.x * ratio;
		let y = from.y * ratio;
		let passed = 0;
		for (let piece = 1; piece <= pieces; piece += 1) {
			const t = piece / pieces;
			const dx = from.x * ratio + across * (1.5 * t * (1 - t) + t * t * t) - x;
			const dy = from.y * ratio + down * t * t * (3 - 2 * t) - y;
			const long = Math.hypot(dx, dy) || 1e-6;
			measurePiece(board, { x, y, dx, dy, long }, reach, passed * scale, scale, piece === 1, piece === pieces);
			passed += long;
			x += dx;
			y += dy;
		}
		return sortByDistance(board, reach);
	};
}

/** Return the touched pixels by distance from the link's middle, and reset the board. @param {Board} board @param {number} reach @returns {LinkStroke} */
function sortByDistance(board, reach) {
	const { distances, phases, count } = board;
	const touched = board.touched.subarray(0, count);
	const aways = new Uint8Array(count);
	const starts = new Uint32Array(257);
	for (let i = 0; i < count; i += 1) {
		aways[i] = Math.min(255, Math.sqrt(distances[touched[i]]) * UNITS_PER_PIXEL);
		starts[aways[i] + 1] += 1;
	}
	for (let i = 1; i <= 256; i += 1) starts[i] += starts[i - 1];
	const stroke = { at: new Uint32Array(count), away: new Uint8Array(count), phase: new Uint8Array(count), reach };
	for (let i = 0; i < count; i += 1) {
		const at = touched[i];
		const place = starts[aways[i]]++;
		stroke.at[place] = at;
		stroke.away[place] = aways[i];
		stroke.phase[place] = phases[at];
		distances[at] = Infinity;
	}
	board.count = 0;
	return stroke;
}

/**
 * Return how far dashes cover each phase of a period, from 0 to 256.
 * @param {number} shift CSS pixels by which they have moved along the link @param {number} ratio
 */
export function dashes(shift, ratio) {
	const soft = 0.5 / ratio; // edges are as wide as a pixel of the screen
	return Uint16Array.from({ length: PHASES_PER_PERIOD }, (_, phase) => {
		const at = ((((phase * DASH_PERIOD) / PHASES_PER_PERIOD - shift) % DASH_PERIOD) + DASH_PERIOD) % DASH_PERIOD;
		const inside = Math.max(Math.min(at, DASH_LENGTH - at), at - DASH_PERIOD); // the edge of this dash, or of the next one
		return Math.round(FULL_COVERAGE * Math.max(0, Math.min(1, (inside + soft) / (2 * soft))));
	});
}

/**
 * Mix a link's colour into the pixels.
 * @param {Uint32Array} pixels all opaque @param {LinkStroke} stroke @param {number} width in pixels of the screen
 * @param {number} colour as a pixel @param {Uint16Array} dash of `dashes`
 */
export function paintStroke(pixels, { at, away, phase }, width, colour, dash) {
	const end = Math.ceil((width / 2 + 0.5) * UNITS_PER_PIXEL);
	const solid = Math.floor((width / 2 - 0.5) * UNITS_PER_PIXEL);
	const peak = Math.round(UNITS_PER_PIXEL * Math.min(1, width)); // a line narrower than a pixel never covers one
	const count = at.length;
	let i = 0;
	for (; i < count && away[i] <= solid; i += 1) {
		const cover = dash[phase[i]];
		if (cover === FULL_COVERAGE) pixels[at[i]] = colour;
		else if (cover > 0) pixels[at[i]] = mixPixels(pixels[at[i]], colour, cover);
	}
	for (; i < count && away[i] < end; i += 1) {
		const cover = (dash[phase[i]] * Math.min(peak, end - away[i])) >> 4;
		if (cover > 0) pixels[at[i]] = mixPixels(pixels[at[i]], colour, cover);
	}
}

/** Mix two opaque pixels: two channels at once, then the third. @param {number} below @param {number} colour @param {number} cover of `colour`, 0 to 256 */
function mixPixels(below, colour, cover) {
	const odd = below & 0xff00ff;
	const green = below & 0x00ff00;
	return (
		0xff000000 |
		((odd + (Math.imul((colour & 0xff00ff) - odd, cover) >>> 8)) & 0xff00ff) |
		((green + (Math.imul((colour & 0x00ff00) - green, cover) >>> 8)) & 0x00ff00)
	);
}
