// Contour lines of a loss over a plane of two weights.

const CELLS = 64; // across
const LEVELS = 12;

/** Return the losses on a grid of CELLS + 1 by CELLS + 1 points, row by row from the smallest second weight. @param {Landscape} landscape */
function lossGrid({ loss, range: [low, high] }) {
	const at = (/** @type {number} */ index) => low + ((high - low) * index) / CELLS;
	return Array.from({ length: CELLS + 1 }, (_, row) => Array.from({ length: CELLS + 1 }, (_, column) => loss([at(column), at(row)])));
}

/** Return the two ends of a contour line in a triangle; null if it does not pass. @param {number} level @param {number[][]} corners x, y and loss of each */
function segmentInTriangle(level, corners) {
	const ends = corners.flatMap((corner, index) => {
		const [[x, y, here], [x2, y2, there]] = [corner, corners[(index + 1) % 3]];
		if (here < level === there < level) return [];
		const part = (level - here) / (there - here);
		return [[x + part * (x2 - x), y + part * (y2 - y)]];
	});
	return ends.length === 2 ? ends : null;
}

/**
 * Return the contour lines of a landscape. Levels are denser at low losses. Each line consists of segments between two points, whose coordinates
 * are fractions of the range.
 * @param {Landscape} landscape @returns {{level: number, pieces: number[][][]}[]} the lowest level first
 */
export function contoursOf(landscape) {
	const grid = lossGrid(landscape);
	const all = grid.flat();
	const [lowest, highest] = [Math.min(...all), Math.max(...all)];
	return Array.from({ length: LEVELS }, (_, index) => {
		const level = lowest + (highest - lowest) * ((index + 0.5) / LEVELS) ** 2;
		/** @type {number[][][]} */
		const pieces = [];
		for (let row = 0; row < CELLS; row += 1) {
			for (let column = 0; column < CELLS; column += 1) {
				const corner = (/** @type {number} */ x, /** @type {number} */ y) => [x / CELLS, y / CELLS, grid[y][x]];
				const [a, b, c, d] = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => corner(column + x, row + y));
				for (const triangle of [[a, b, c], [a, c, d]]) {
					const piece = segmentInTriangle(level, triangle);
					if (piece) pieces.push(piece);
				}
			}
		}
		return { level, pieces };
	});
}
