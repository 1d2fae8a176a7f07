// Computes where the nodes of a network are on its board.

const [MIN_NODE, MAX_NODE] = [26, 64]; // pixels of a neuron's picture
const MIN_CROWDED_NODE = 6; // pixels, with as many neurons in a layer as only a program can set
const [NODE_FRACTION, TOUCH_NODE_FRACTION] = [0.62, 0.82]; // of its row that a picture takes; a finger needs more
const MIN_ROWS = 8; // for which there is always room: a layer of the page has no more neurons
const CONTROLS_HEIGHT = 34; // pixels for the layers' own controls
const [LABEL_WIDTH, NARROW_LABEL_WIDTH] = [52, 44]; // pixels for the inputs' names
const LONG_NAME_EXTRA = 12; // pixels that the names of further inputs need in addition
const [OUTPUT_MARGIN, CLASSES_MARGIN] = [12, 40]; // pixels after a single output, and after several with the names of their classes

/**
 * Columns share the width evenly, rows are centred; a board too narrow for its layers becomes wider and scrolls.
 * @type {Arrange}
 */
export function layOutNetwork(hidden, inputs, room, { outputs = 1, longNames = false } = {}) {
	const counts = [inputs, ...hidden, outputs];
	const label = (room.wide ? NARROW_LABEL_WIDTH : LABEL_WIDTH) + (longNames ? LONG_NAME_EXTRA : 0);
	const edge = outputs > 1 ? CLASSES_MARGIN : OUTPUT_MARGIN;
	const gap = room.wide ? 34 : 30; // between two columns, at least
	const across = Math.floor((room.width - label - edge + gap) / counts.length) - gap; // the width of a picture with which all columns fit
	const largest = across < MIN_NODE ? MAX_NODE : Math.min(MAX_NODE, across);
	const pitchOf = (/** @type {number} */ rows) => Math.min(104, (room.height - CONTROLS_HEIGHT - 8) / Math.max(MIN_ROWS, rows));
	const sizeOf = (/** @type {number} */ pitch) => {
		const wanted = Math.max(MIN_NODE, Math.min(largest, Math.round(pitch * (room.wide ? TOUCH_NODE_FRACTION : NODE_FRACTION))));
		return Math.max(MIN_CROWDED_NODE, Math.min(wanted, Math.floor(pitch) - 1)); // more neurons than the page offers do not overlap
	};
	const pitches = counts.map(pitchOf);
	const sizes = pitches.map(sizeOf);
	const node = sizeOf(pitchOf(MIN_ROWS));
	const narrowest = Math.max(room.wide ? 90 : 62, node + gap);
	const width = Math.max(room.width, label + node + (counts.length - 1) * narrowest + edge);
	const [first, last] = [label + sizes[0] / 2, width - edge - node / 2];
	const columns = counts.map((_, layer) => first + ((last - first) * layer) / (counts.length - 1));
	const middle = CONTROLS_HEIGHT + (room.height - CONTROLS_HEIGHT) / 2;
	const rows = (/** @type {number} */ layer, /** @type {number} */ neuron) => middle + (neuron - (counts[layer] - 1) / 2) * pitches[layer];
	return {
		columns,
		rows,
		width,
		height: room.height,
		node,
		sizes,
		place: (layer, neuron) => ({ x: columns[layer], y: rows(layer, neuron) }),
	};
}
