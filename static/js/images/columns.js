// Lays out the layers of a network for images on the board: a column of cells for each, and a bar for layers without values of their own.
import { COUNT_FIELDS, isColumn, layersOf } from "./layer-edits.js";

const CELL_GAP = 4; // pixels
const [COLUMN_GAP, MIN_COLUMN_GAP] = [16, 8];
const CELL_SIDES = [60, 56, 52, 48, 44, 40, 36, 32, 28, 24, 20]; // of a cell with 8 by 8 values, the wanted one first
const BAR_WIDTH = 20; // of a layer without a column
const SCORES_WIDTH = 100; // of the classes' bars
const [MIN_WIDTH, MIN_TOUCH_WIDTH] = [60, 92]; // of a column, whose buttons stand above it; a finger's are larger
const MIN_NAME_WIDTH = 52; // of a column that has only its name above it

/**
 * Return the layers in drawing order, each with its entry in the setting `layers`; entries without values of their own are bars.
 * @param {MapShape[]} drawn @param {ImageLayer[]} layers @returns {Part[]}
 */
export function partsOf(drawn, layers) {
	/** @type {Part[]} */
	const parts = [{ drawn: 0, entry: null, kind: "input" }];
	let next = 1;
	layers.forEach((layer, entry) => {
		const shown = isColumn(layer) || layer.kind.endsWith("_pool");
		parts.push({ drawn: shown ? next : null, entry, kind: layer.kind });
		if (shown) next += 1;
	});
	parts.push({ drawn: drawn.length - 1, entry: null, kind: "output" });
	// While the server changes the layers, what is drawn may be one change behind.
	return next === drawn.length - 1 ? parts : drawn.map((each, index) => ({ drawn: index, entry: null, kind: each.kind }));
}

/**
 * Return the shape of a drawn layer, with its number among all layers of the setting, by which the page and the server's refusals name it.
 * @param {{config: Config, images: {layers: MapShape[]}}} server @param {number} index of the drawn layer @returns {MapShape}
 */
export function numberedShape({ config, images: { layers } }, index) {
	const entry = partsOf(layers, layersOf(config)).find(({ drawn }) => drawn === index)?.entry ?? null;
	return entry === null ? layers[index] : { ...layers[index], layer: entry + 1 };
}

/** Return the cells of a layer for a target size, in pixels. @param {MapShape} layer @param {number} target @param {number} room pixels below the buttons @returns {Cells} */
function cellsOf({ kind, channels, height, filters }, target, room) {
	const single = height === 1 && kind === "dense";
	const cell = single ? Math.max(7, Math.round(target / 4)) : Math.round(target * (0.4 + 0.6 * Math.min(1, height / 8)));
	const gap = single ? Math.min(CELL_GAP, Math.max(1, Math.floor(cell / 6))) : CELL_GAP;
	const kernel = filters === null ? 0 : 3 * Math.max(3, Math.round(target / 7));
	const maxAcross = Math.max(1, Math.floor((room + gap) / (cell + gap)));
	const across = Math.ceil(channels / maxAcross);
	return { cell, gap, kernel, across, down: Math.ceil(channels / across), width: across * (cell + (kernel ? kernel + 3 : 0) + gap) - gap };
}

/**
 * Return the columns with their boxes, and the width of the board, in pixels.
 * @param {MapShape[]} drawn @param {ImageLayer[]} layers @param {{width: number, height: number, top: number, wide: boolean}} room `top`: for the buttons
 * @returns {{columns: Column[], width: number}}
 */
export function layOutColumns(drawn, layers, { width, height, top, wide }) {
	const parts = partsOf(drawn, layers);
	const space = height - top - 6;
	const minWidth = wide ? MIN_TOUCH_WIDTH : MIN_WIDTH;
	/** @param {number} target */
	const sized = (target) =>
		parts.map((part) => {
			if (part.drawn === null) return { part, columnWidth: BAR_WIDTH, cells: null };
			if (part.kind === "output") return { part, columnWidth: SCORES_WIDTH, cells: null };
			const cells = cellsOf(drawn[part.drawn], target, space);
			return {
				part,
				columnWidth: Math.max(cells.width, part.kind === "input" ? 36 : COUNT_FIELDS[part.kind] ? minWidth : MIN_NAME_WIDTH),
				cells,
			};
		});
	const needed = (/** @type {ReturnType<typeof sized>} */ each, between = COLUMN_GAP) =>
		each.reduce((sum, { columnWidth }) => sum + columnWidth, between * (each.length - 1));
	const target = CELL_SIDES.find((each) => needed(sized(each)) <= width) ??
		CELL_SIDES.findLast((each) => each >= 28 && needed(sized(each), MIN_COLUMN_GAP) <= width) ?? (wide ? 36 : 28);
	const chosen = sized(target);
	const whole = Math.max(width, needed(chosen, MIN_COLUMN_GAP));
	const between = chosen.length > 1 ? Math.min(72, (whole - needed(chosen, 0)) / (chosen.length - 1)) : 0;
	let left = Math.max(0, (whole - needed(chosen, between)) / 2);
	const columns = chosen.map(({ part, columnWidth, cells }) => {
		const inner = cells ? cells.width : columnWidth;
		const tall = cells ? cells.down * (cells.cell + cells.gap) - cells.gap : space;
		const column = {
			...part,
			left: Math.round(left),
			columnWidth,
			x: Math.round(left + (columnWidth - inner) / 2),
			y: Math.round(top + Math.max(0, (space - tall) / 2)),
			width: inner,
			height: Math.min(tall, space),
			cells,
		};
		left += columnWidth + between;
		return column;
	});
	return { columns, width: Math.ceil(whole) };
}

/** Return the box of a map in its column, and that of its filter, in pixels. @param {Column} column @param {number} channel */
export function boxOf({ x, y, cells }, channel) {
	const { cell, gap, kernel, down } = /** @type {Cells} */ (cells);
	const beside = kernel ? kernel + 3 : 0;
	const [place, row] = [Math.floor(channel / down), channel % down];
	const left = x + place * (cell + beside + gap);
	const top = y + row * (cell + gap);
	return { x: left + beside, y: top, size: cell, kernel: { x: left, y: top + Math.round((cell - kernel) / 2), size: kernel } };
}

/** Return which map or filter of a column is at a point of the board; null: none. @param {Column} column @param {number} channels @param {{x: number, y: number}} at @returns {{channel: number, filter: boolean} | null} */
export function hitTest(column, channels, at) {
	const { cell, gap, kernel, down } = /** @type {Cells} */ (column.cells);
	const step = cell + (kernel ? kernel + 3 : 0) + gap;
	const [place, row] = [Math.floor((at.x - column.x) / step), Math.floor((at.y - column.y) / (cell + gap))];
	const channel = place * down + row;
	if (place < 0 || row < 0 || row >= down || channel >= channels) return null;
	return { channel, filter: kernel > 0 && at.x - column.x - place * step < kernel + 1 };
}
