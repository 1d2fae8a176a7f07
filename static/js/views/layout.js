// Where the nodes of a network stand on its board.

const [SMALLEST, LARGEST] = [26, 64]; // pixels of a neuron's picture
const [SHARE, TOUCH_SHARE] = [0.62, 0.82]; // of its row that a picture takes; a finger needs more
const TOP = 34; // room for the layers' own controls
const [LABEL, NARROW_LABEL] = [52, 44]; // room for the inputs' names
const EDGE = 12;

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
  const pitch = Math.min(104, (room.height - TOP - 8) / Math.max(8, inputs));
  const node = Math.max(SMALLEST, Math.min(LARGEST, Math.round(pitch * (room.wide ? TOUCH_SHARE : SHARE))));
  const label = room.wide ? NARROW_LABEL : LABEL;
  const narrowest = Math.max(room.wide ? 90 : 76, node + 34);
  const width = Math.max(room.width, label + node + (counts.length - 1) * narrowest + EDGE);
  const [first, last] = [label + node / 2, width - EDGE - node / 2];
  const columns = counts.map((_, layer) => first + ((last - first) * layer) / (counts.length - 1));
  const middle = TOP + (room.height - TOP) / 2;
  const rows = (/** @type {number} */ layer, /** @type {number} */ neuron) =>
    middle + (neuron - (counts[layer] - 1) / 2) * pitch;
  return {
    columns,
    rows,
    width,
    height: room.height,
    node,
    place: (layer, neuron) => ({ x: columns[layer], y: rows(layer, neuron) }),
  };
}
