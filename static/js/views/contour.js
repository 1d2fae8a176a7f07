// Lines on a grid: where values cross a level, and where another class wins. Marching squares, straight within each cell.

/**
 * @param {Int8Array} values row by row, `resolution` squared
 * @param {number} resolution
 * @param {number} level
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

/**
 * The borders between winning classes.
 * @param {Uint8Array} winners of each cell: class << 5 | level of its probability, 0 (1 / classes) to 31 (1)
 * @param {number} resolution @param {number} classes
 * @returns {number[]} as `contour`
 */
export function borders(winners, resolution, classes) {
  /** How far a winner is ahead, as if there were one other class: the logit of its probability, which is straight near a border. */
  const ahead = Array.from({ length: LEVELS + 1 }, (_, level) => {
    const chance = Math.min(1 / classes + ((1 - 1 / classes) * level) / LEVELS, 1 - 0.25 / LEVELS);
    return Math.max(0.05, Math.log(chance / (1 - chance)));
  });
  const pieces = [];
  for (let row = 0; row + 1 < resolution; row += 1) {
    for (let column = 0; column + 1 < resolution; column += 1) {
      const at = row * resolution + column;
      const corners = [winners[at], winners[at + 1], winners[at + resolution + 1], winners[at + resolution]];
      const [a, b, c, d] = corners.map((each) => each >> 5);
      if (a === b && b === c && c === d) continue;
      const share = (/** @type {number} */ from, /** @type {number} */ to) => {
        const [near, far] = [ahead[corners[from] & LEVELS], ahead[corners[to] & LEVELS]];
        return near / (near + far);
      };
      const edges = [];
      if (a !== b) edges.push([column + share(0, 1), row]);
      if (b !== c) edges.push([column + 1, row + share(1, 2)]);
      if (c !== d) edges.push([column + share(3, 2), row + 1]);
      if (d !== a) edges.push([column, row + share(0, 3)]);
      if (edges.length === 2) pieces.push(...edges[0], ...edges[1]);
      else {
        const [x, y] = [0, 1].map((axis) => edges.reduce((sum, edge) => sum + edge[axis], 0) / edges.length);
        for (const edge of edges) pieces.push(...edge, x, y); // three or four borders meet
      }
    }
  }
  return pieces;
}
