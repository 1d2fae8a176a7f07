// Lines on a grid: where values cross a level, and where another class wins. Marching squares, straight within each cell.

/**
 * @param {Int8Array} values row by row, `resolution` squared @param {number} resolution @param {number} level
 * @returns {number[]} x, y, x, y of each piece, in cells, where (0, 0) is the first cell's middle
 */
export function contour(values, resolution, level) {
	const pieces = [];
	const crossing = (/** @type {number} */ a, /** @type {number} */ b) => (level - a) / (b - a);
	for (let row = 0; row + 1 < resolution; row += 1) {
		for (let column = 0; column + 1 < resolution; column += 1) {
			const at = row * resolution + column;
			const [a, b, c, d] = [values[at], values[at + 1], values[at + resolution + 1], values[at + resolution]];
			const above = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
			if (above === 0 || above === 15) continue;
			const edges = [];
			if (a > level !== b > level) edges.push(column + crossing(a, b), row);
			if (b > level !== c > level) edges.push(column + 1, row + crossing(b, c));
			if (c > level !== d > level) edges.push(column + crossing(d, c), row + 1);
			if (d > level !== a > level) edges.push(column, row + crossing(a, d));
			// A saddle has four crossings: its two pieces keep the corners that are above apart.
			pieces.push(...(edges.length === 8 && above === 5 ? [...edges.slice(6), ...edges.slice(0, 6)] : edges));
		}
	}
	return pieces;
}

const LEVELS = 31;
const NEAR = 2; // cells around a corner that have a say in where a border runs

/**
 * The borders between winning classes. Nothing but the winner of each cell and its confidence is known, so a border runs where
 * the confidence of the two classes around it balances: this makes a line of what would be steps.
 * @param {Uint8Array} winners of each cell: class << 5 | level of its probability, 0 to 31
 * @param {number} resolution
 * @returns {number[]} as `contour`
 */
export function borders(winners, resolution) {
	/** By how much the cells around `at` favour the class `one` over `other`. @param {number} at @param {number} one @param {number} other */
	function balance(at, one, other) {
		const [row, column] = [Math.floor(at / resolution), at % resolution];
		let sum = 0;
		for (let y = Math.max(0, row - NEAR); y <= Math.min(resolution - 1, row + NEAR); y += 1) {
			for (let x = Math.max(0, column - NEAR); x <= Math.min(resolution - 1, column + NEAR); x += 1) {
				const cell = winners[y * resolution + x];
				const winner = cell >> 5;
				if (winner === one) sum += (cell & LEVELS) + 4;
				else if (winner === other) sum -= (cell & LEVELS) + 4;
			}
		}
		return sum;
	}

	/** Where the border between two neighbours is: 0 to 1. @param {number} from @param {number} to */
	function share(from, to) {
		const [one, other] = [winners[from] >> 5, winners[to] >> 5];
		const [near, far] = [balance(from, one, other), -balance(to, one, other)];
		if (near <= 0) return far <= 0 ? 0.5 : 0.1; // a single cell within another class stays visible
		return far <= 0 ? 0.9 : near / (near + far);
	}

	const pieces = [];
	for (let row = 0; row + 1 < resolution; row += 1) {
		for (let column = 0; column + 1 < resolution; column += 1) {
			const at = row * resolution + column;
			const [nw, ne, se, sw] = [at, at + 1, at + resolution + 1, at + resolution];
			const [a, b, c, d] = [nw, ne, se, sw].map((cell) => winners[cell] >> 5);
			if (a === b && b === c && c === d) continue;
			/** @type {number[][]} */
			const edges = [];
			if (a !== b) edges.push([column + share(nw, ne), row]);
			if (b !== c) edges.push([column + 1, row + share(ne, se)]);
			if (c !== d) edges.push([column + share(sw, se), row + 1]);
			if (d !== a) edges.push([column, row + share(nw, sw)]);
			if (edges.length === 2) pieces.push(...edges[0], ...edges[1]);
			else {
				const [x, y] = [0, 1].map((axis) => edges.reduce((sum, edge) => sum + edge[axis], 0) / edges.length);
				for (const edge of edges) pieces.push(...edge, x, y); // three or four borders meet
			}
		}
	}
	return pieces;
}
