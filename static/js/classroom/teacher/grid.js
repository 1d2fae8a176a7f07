// Computes the size of the wall's tiles: the largest at which all learners fit the window.

/** Kinds of tiles, largest first: the limits of the picture's side, and the height of the caption below it, in pixels. */
export const DENSITIES = [
	{ name: "large", min: 140, max: 360, caption: 72 },
	{ name: "medium", min: 72, max: 240, caption: 52 },
	{ name: "small", min: 56, max: 120, caption: 46 },
];
export const TILE_GAP = 8;
const TILE_PADDING = 5; // on each side
const SCROLLING_SIDE = 72; // the picture's side if the wall has to scroll

/**
 * Return the layout of the grid.
 * @param {number} count of tiles @param {number} width @param {number} height of the wall, in pixels
 * @returns {{density: string, columns: number, side: number, scrolls: boolean}} `side` of a tile's picture
 */
export function fitGrid(count, width, height) {
	/** @type {{density: string, columns: number, side: number, scrolls: boolean} | null} */
	let best = null;
	for (const { name, min, max, caption } of DENSITIES) {
		for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
			const rows = Math.ceil(count / columns) || 1;
			const across = Math.floor((width - (columns - 1) * TILE_GAP) / columns) - 2 * TILE_PADDING;
			const down = Math.floor((height - (rows - 1) * TILE_GAP) / rows) - caption - 2 * TILE_PADDING;
			const side = Math.min(across, down, max);
			const better = !best || side > best.side || (side === best.side && rows < Math.ceil(count / best.columns)); // few in one row
			if (side >= min && better) best = { density: name, columns, side, scrolls: false };
		}
		if (best) return best; // a larger caption is worth a smaller picture
	}
	const columns = Math.max(1, Math.floor((width + TILE_GAP) / (SCROLLING_SIDE + 2 * TILE_PADDING + TILE_GAP)));
	return { density: "small", columns, side: SCROLLING_SIDE, scrolls: true };
}
