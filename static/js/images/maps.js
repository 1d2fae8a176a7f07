// Reads the values of feature maps and filters from a frame, layer by layer.

/** The start indices of layers, cached. @type {WeakMap<MapShape[], number[]>} */
const startsByLayers = new WeakMap();

/** Return the index of each layer's first value among all values of a frame. @param {MapShape[]} layers */
function startsOf(layers) {
	const before = startsByLayers.get(layers);
	if (before) return before;
	let at = 0;
	const starts = layers.map(({ channels, height, width }) => {
		const start = at;
		at += channels * height * width;
		return start;
	});
	startsByLayers.set(layers, starts);
	return starts;
}

/** Return a feature map; null if the frame is of another network. @param {Maps | null} maps @param {MapShape[]} layers @param {number} layer @param {number} channel @returns {Tile | null} */
export function mapOf(maps, layers, layer, channel) {
	if (!maps || maps.scales.length !== layers.length) return null;
	const { height, width } = layers[layer];
	const start = startsOf(layers)[layer] + channel * height * width;
	const values = maps.values.subarray(start, start + height * width);
	return values.length === height * width ? { values, height, width, scale: maps.scales[layer] } : null;
}

/** Return the indices of the layers that have filters. @param {MapShape[]} layers */
export const layersWithFilters = (layers) => layers.flatMap(({ filters }, index) => (filters === null ? [] : [index]));

/** Return the kernels of a filter, one for each of its inputs. @param {Maps | null} filters @param {MapShape[]} layers @param {number} layer @param {number} filter @returns {Tile[]} */
export function kernelsOf(filters, layers, layer, filter) {
	const order = layersWithFilters(layers);
	const place = order.indexOf(layer);
	if (!filters || place < 0 || filters.scales.length !== order.length) return [];
	const amount = (/** @type {number} */ each) => (layers[each].filters ?? 0) * (layers[each].size ?? 0) ** 2; // numbers of one filter
	let start = filter * amount(layer);
	for (const each of order.slice(0, place)) start += layers[each].channels * amount(each);
	const { size: sizes, filters: inputs } = layers[layer];
	const [size, count] = [sizes ?? 0, inputs ?? 0];
	const cells = size * size;
	return Array.from({ length: count }, (_, input) => ({
		values: filters.values.subarray(start + input * cells, start + (input + 1) * cells),
		height: size,
		width: size,
		scale: filters.scales[place],
	})).filter(({ values }) => values.length === cells);
}

/** Return the mean of a filter's kernels, which is drawn small beside its map; null without kernels. @param {Tile[]} kernels @returns {Tile | null} */
export function meanOf(kernels) {
	if (kernels.length === 0) return null;
	if (kernels.length === 1) return kernels[0];
	const sums = Array.from(kernels[0].values, (_, at) => kernels.reduce((sum, { values }) => sum + values[at], 0) / kernels.length);
	const largest = Math.max(1, ...sums.map(Math.abs)); // means are small: they have a scale of their own
	return { ...kernels[0], values: sums.map((each) => (each / largest) * 127), scale: (kernels[0].scale * largest) / 127 };
}

/** Return the value that a byte stands for. @param {Tile} tile @param {number} at */
export const valueAt = ({ values, scale }, at) => (values[at] * scale) / 127;

/** Return the smallest and the largest value. @param {Tile} tile */
export function rangeOf(tile) {
	const values = Array.from(tile.values);
	return [Math.min(...values), Math.max(...values)].map((each) => (each * tile.scale) / 127);
}

/** Return the probabilities of the classes and the most likely class; null before the first frame. @param {Maps | null} maps @param {MapShape[]} layers */
export function scoresOf(maps, layers) {
	const last = layers.length - 1;
	if (!maps || maps.scales.length !== layers.length) return null;
	const start = startsOf(layers)[last];
	const probabilities = Array.from(maps.values.subarray(start, start + layers[last].channels), (each) => (each * maps.scales[last]) / 127);
	return { probabilities, answer: probabilities.indexOf(Math.max(...probabilities)) };
}
