// Where the nodes of a network stand on its board.

export const NODE = 40; // pixels of a neuron's picture
const TOP = 34; // room for the layers' own controls
const LABEL = 52; // room for the inputs' names
const EDGE = 16;

/**
 * @typedef {{columns: number[], rows: (layer: number, neuron: number) => number, width: number, height: number, node: number,
 *   place: (layer: number, neuron: number) => {x: number, y: number}}} Layout
 */

/**
 * Columns share the width evenly, rows are centred; a board too narrow for its layers becomes wider and scrolls.
 * @param {number[]} hidden neurons of each hidden layer
 * @param {number} inputs how many inputs are drawn, chosen or not
 * @param {{width: number, height: number, wide: boolean}} room `wide` asks for columns that a finger can press
 * @returns {Layout}
 */
export function arrange(hidden, inputs, room) {
  const counts = [inputs, ...hidden, 1];
  const narrowest = room.wide ? 108 : 76;
  const width = Math.max(room.width, LABEL + NODE + (counts.length - 1) * narrowest + EDGE);
  const [first, last] = [LABEL + NODE / 2, width - EDGE - NODE / 2];
  const columns = counts.map((_, layer) => first + ((last - first) * layer) / (counts.length - 1));
  const tallest = Math.max(8, inputs);
  const pitch = Math.min(72, (room.height - TOP - 8) / tallest);
  const middle = TOP + (room.height - TOP) / 2;
  const rows = (/** @type {number} */ layer, /** @type {number} */ neuron) =>
    middle + (neuron - (counts[layer] - 1) / 2) * pitch;
  return {
    columns,
    rows,
    width,
    height: room.height,
    node: Math.min(NODE, pitch - 6),
    place: (layer, neuron) => ({ x: columns[layer], y: rows(layer, neuron) }),
  };
}
