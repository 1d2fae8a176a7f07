// The line where a grid of values crosses a level: marching squares, straight within each cell.

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
