// The decision line: segments within each square of four cells, from the points at which it crosses the square's sides, joined to polylines.

const EDGE_PARTS = 32; // parts of the edge between two neighbouring grid values
const NO_CROSSING = 255; // of an edge that the line does not cross

/** Return the total length of segments. @param {number[][]} pieces x and y of both ends each */
const lengthOf = (pieces) => pieces.reduce((sum, [x, y, x2, y2]) => sum + Math.hypot(x2 - x, y2 - y), 0);

/**
 * Join four crossings of a square's sides, in order around it, by the two segments of least total length.
 * @param {number[][]} edges x and y each
 */
function joinCrossings([a, b, c, d]) {
	const pairings = [[[...a, ...b], [...c, ...d]], [[...b, ...c], [...d, ...a]]];
	return (lengthOf(pairings[0]) <= lengthOf(pairings[1]) ? pairings[0] : pairings[1]).flat();
}

/** Return segments from all crossings to their centre, where several borders meet. @param {number[][]} edges */
function joinAtCentre(edges) {
	const [x, y] = [0, 1].map((axis) => edges.reduce((sum, edge) => sum + edge[axis], 0) / edges.length);
	return edges.flatMap((edge) => [...edge, x, y]);
}

/**
 * Return the segments of a decision line.
 * @param {DecisionLine} line
 * @param {boolean} canMeet whether more than two areas can meet in a place
 * @returns {number[]} x, y, x, y of each piece, in cells, where (0, 0) is the first cell's middle
 */
export function piecesOf({ resolution, places, parts }, canMeet) {
	const crossed = new Uint8Array(2 * resolution ** 2).fill(NO_CROSSING);
	places.forEach((place, index) => (crossed[place] = parts[index]));
	const position = (/** @type {number} */ place) => (crossed[place] + 0.5) / EDGE_PARTS;
	/** @type {Set<number>} the first cell of each square that is crossed */
	const squares = new Set();
	for (const place of places) {
		const cell = place >> 1;
		squares.add(cell);
		squares.add(place & 1 ? cell - 1 : cell - resolution);
	}
	const pieces = [];
	for (const at of squares) {
		const [row, column] = [Math.floor(at / resolution), at % resolution];
		if (at < 0 || column < 0 || column + 1 >= resolution || row + 1 >= resolution) continue;
		const [top, right, bottom, left] = [2 * at, 2 * (at + 1) + 1, 2 * (at + resolution), 2 * at + 1];
		const edges = [];
		if (crossed[top] !== NO_CROSSING) edges.push([column + position(top), row]);
		if (crossed[right] !== NO_CROSSING) edges.push([column + 1, row + position(right)]);
		if (crossed[bottom] !== NO_CROSSING) edges.push([column + position(bottom), row + 1]);
		if (crossed[left] !== NO_CROSSING) edges.push([column, row + position(left)]);
		if (edges.length === 2) pieces.push(...edges[0], ...edges[1]);
		else if (edges.length > 2) pieces.push(...(edges.length === 4 && !canMeet ? joinCrossings(edges) : joinAtCentre(edges)));
	}
	return pieces;
}

/** Return a key for the end of a segment. @param {number} x @param {number} y */
const keyOf = (x, y) => 2 * EDGE_PARTS * (x + 65536 * y);

/**
 * Join segments to polylines, which browsers draw many times faster.
 * @param {number[]} pieces of `piecesOf` @returns {number[][]} x, y of each place of a line
 */
export function joinPieces(pieces) {
	/** @type {Map<number, number[]>} the pieces that end in a place */
	const ending = new Map();
	for (let i = 0; i < pieces.length; i += 2) {
		const key = keyOf(pieces[i], pieces[i + 1]);
		const others = ending.get(key);
		if (others) others.push(i & ~3);
		else ending.set(key, [i & ~3]);
	}
	const used = new Uint8Array(pieces.length);

	/** Go on from a line's last place as far as there are pieces. @param {number[]} line */
	function extendLine(line) {
		for (;;) {
			const [x, y] = [line[line.length - 2], line[line.length - 1]];
			const next = ending.get(keyOf(x, y))?.find((piece) => !used[piece]);
			if (next === undefined) return line;
			used[next] = 1;
			const other = pieces[next] === x && pieces[next + 1] === y ? next + 2 : next;
			line.push(pieces[other], pieces[other + 1]);
		}
	}

	const lines = [];
	for (let i = 0; i < pieces.length; i += 4) {
		if (used[i]) continue;
		const line = extendLine([pieces[i], pieces[i + 1]]);
		const other = extendLine([pieces[i], pieces[i + 1]]); // the other way, if the first place was not an end
		for (let at = 2; at < other.length; at += 2) line.unshift(other[at], other[at + 1]);
		lines.push(line);
	}
	return lines;
}
