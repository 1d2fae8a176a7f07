// Where the nodes of a network stand on its board.

const [SMALLEST, LARGEST] = [26, 64]; // pixels of a neuron's picture
const LEAST = 6; // with as many neurons in a layer as a program may set
const [SHARE, TOUCH_SHARE] = [0.62, 0.82]; // of its row that a picture takes; a finger needs more
const ROWS = 8; // for which there is always room: the most neurons that a layer has
const TOP = 34; // room for the layers' own controls
const [LABEL, NARROW_LABEL] = [52, 44]; // room for the inputs' names
const LONG = 12; // pixels more for the names of the further inputs
const [EDGE, CLASS_EDGE] = [12, 40]; // room after the outputs; with several there are their classes

/**
 * Columns share the width evenly, rows are centred; a board too narrow for its layers becomes wider and scrolls.
 * @type {Arrange}
 */
export function arrange(hidden, inputs, room, { outputs = 1, longNames = false } = {}) {
	const counts = [inputs, ...hidden, outputs];
	const label = (room.wide ? NARROW_LABEL : LABEL) + (longNames ? LONG : 0);
	const edge = outputs > 1 ? CLASS_EDGE : EDGE;
	const gap = room.wide ? 34 : 30; // between two columns, at least
	const across = Math.floor((room.width - label - edge + gap) / counts.length) - gap; // the width of a picture with which all columns fit
	const largest = across < SMALLEST ? LARGEST : Math.min(LARGEST, across);
	const pitchOf = (/** @type {number} */ rows) => Math.min(104, (room.height - TOP - 8) / Math.max(ROWS, rows));
	const sizeOf = (/** @type {number} */ pitch) => {
		const usual = Math.max(SMALLEST, Math.min(largest, Math.round(pitch * (room.wide ? TOUCH_SHARE : SHARE))));
		return Math.max(LEAST, Math.min(usual, Math.floor(pitch) - 1)); // more neurons than the page offers do not overlap
	};
	const pitches = counts.map(pitchOf);
	const sizes = pitches.map(sizeOf);
	const node = sizeOf(pitchOf(ROWS));
	const narrowest = Math.max(room.wide ? 90 : 62, node + gap);
	const width = Math.max(room.width, label + node + (counts.length - 1) * narrowest + edge);
	const [first, last] = [label + sizes[0] / 2, width - edge - node / 2];
	const columns = counts.map((_, layer) => first + ((last - first) * layer) / (counts.length - 1));
	const middle = TOP + (room.height - TOP) / 2;
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
