// Edits of the layers of a network for images: defaults of each kind, sizes of maps, and whether layers fit each other.

/**
 * The layers that a person can choose, with fields ordered as the server writes them, so that its answer is recognized as the request.
 * @type {Record<string, ImageLayer>}
 */
export const NEW_LAYERS = {
	conv: { kind: "conv", filters: 8, size: 3, stride: 1, padding: "same", activation: null },
	max_pool: { size: 2, stride: null, kind: "max_pool" },
	average_pool: { size: 2, stride: null, kind: "average_pool" },
	flatten: { kind: "flatten" },
	dense: { kind: "dense", neurons: 32, activation: null },
	batch_norm: { before_activation: false, kind: "batch_norm" },
	dropout: { kind: "dropout", rate: 0.2 },
};

/** The field of the number above a layer, and the values that the page offers. @type {Record<string, {field: "filters" | "neurons", stops: number[]}>} */
export const COUNT_FIELDS = {
	conv: { field: "filters", stops: [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64] },
	dense: { field: "neurons", stops: [1, 2, 4, 8, 16, 32, 64, 128, 256] },
};

export const [MAX_COLUMNS, MAX_WINDOW] = [16, 8];

/** Return the layers of a config, also if they are given as `hidden_layers`. @param {Config} config @returns {ImageLayer[]} */
export const layersOf = ({ layers, hidden_layers: neurons }) =>
	layers.length > 0 ? /** @type {ImageLayer[]} */ (layers) : neurons.map((each) => ({ ...NEW_LAYERS.dense, neurons: each }));

/** Whether a layer has neurons or filters of its own; any other belongs to the one before it. @param {ImageLayer} layer */
export const isColumn = ({ kind }) => kind === "conv" || kind === "dense";
const isPool = (/** @type {ImageLayer} */ { kind }) => kind === "max_pool" || kind === "average_pool";

/** Change fields of a layer. @param {ImageLayer[]} layers @param {number} at @param {Partial<ImageLayer>} changes */
export const changeLayer = (layers, at, changes) => layers.map((layer, index) => (index === at ? { ...layer, ...changes } : layer));

/** Replace a layer by one of another kind; fields that both have keep their values. @param {ImageLayer[]} layers @param {number} at @param {string} kind */
export function replaceLayer(layers, at, kind) {
	const before = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (layers[at]));
	const fresh = Object.entries(NEW_LAYERS[kind]).map(([name, value]) => {
		const isShared = name !== "kind" && name !== "stride" && before[name] !== undefined;
		return [name, isShared ? before[name] : value];
	});
	return layers.map((layer, index) => (index === at ? /** @type {ImageLayer} */ (Object.fromEntries(fresh)) : layer));
}

/** Insert a new layer. @param {ImageLayer[]} layers @param {number} at its index @param {string} kind */
export const insertLayer = (layers, at, kind) => [...layers.slice(0, at), NEW_LAYERS[kind], ...layers.slice(at)];

/** Remove a layer. @param {ImageLayer[]} layers @param {number} at */
export const removeLayer = (layers, at) => layers.filter((_, index) => index !== at);

/** Return the next number of filters or neurons that the page offers; null at the end. @param {ImageLayer} layer @param {number} direction 1: more, -1: fewer */
export function nextCount(layer, direction) {
	const { field, stops } = COUNT_FIELDS[layer.kind];
	const now = layer[field] ?? 0;
	return (direction > 0 ? stops.find((each) => each > now) : stops.findLast((each) => each < now)) ?? null;
}

/** Return the side of the maps after a convolution or pooling layer. @param {number} side @param {ImageLayer} layer */
function sideAfter(side, { size = 1, stride, padding }) {
	const step = stride ?? size;
	return padding === "same" ? Math.ceil(side / step) : Math.floor((side - size) / step) + 1;
}

/**
 * Return the side of the square maps after each layer; 0: a flat row of values.
 * @param {ImageLayer[]} layers @param {number} side of the image
 */
export function sidesOf(layers, side) {
	let now = side;
	return layers.map((layer) => {
		if (layer.kind === "flatten" || layer.kind === "dense") now = 0;
		else if (layer.kind === "conv" || isPool(layer)) now = sideAfter(now, layer);
		return now;
	});
}

/**
 * Return why layers do not fit each other; null if they do. The server decides finally.
 * @param {ImageLayer[]} layers @param {number} side of the image
 * @returns {Misfit | null}
 */
export function findMisfit(layers, side) {
	let now = side;
	const dropped = new Set();
	let column = -1;
	for (const [at, layer] of layers.entries()) {
		const { kind, size = 1 } = layer;
		if (isColumn(layer)) column += 1;
		const windowed = kind === "conv" || isPool(layer);
		if (column < 0) return { at, kind, reason: "first" };
		if (windowed && now === 0) return { at, kind, reason: "row" };
		if (kind === "flatten" && now === 0) return { at, kind, reason: "flat" };
		if (isPool(layer) && now === 1 && size > 1) return { at, kind, reason: "single" };
		if (windowed && layer.padding !== "same" && size > now) return { at, kind, reason: "window", side: now };
		if (kind === "dropout" && dropped.has(column)) return { at, kind, reason: "dropout" };
		if (kind === "dropout") dropped.add(column);
		now = sidesOf([layer], now)[0];
	}
	return column >= MAX_COLUMNS ? { at: layers.length - 1, kind: layers[layers.length - 1].kind, reason: "columns" } : null;
}

/** Return the index at which to insert a new layer: convolutions and pooling before the first flat layer, dense layers at the end. @param {ImageLayer[]} layers @param {string} kind @param {number} side */
export function insertionIndex(layers, kind, side) {
	const flat = sidesOf(layers, side).indexOf(0);
	const windowed = ["conv", "max_pool", "average_pool", "flatten"].includes(kind);
	if (!windowed || flat < 0) return layers.length;
	for (let at = flat; at > 0; at -= 1) if (!findMisfit(insertLayer(layers, at, kind), side)) return at;
	return flat;
}
