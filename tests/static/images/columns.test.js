import assert from "node:assert/strict";
import test from "node:test";
import { boxOf, hitTest, layOutColumns, numberedShape, partsOf } from "../../../static/js/images/columns.js";
import { NEW_LAYERS } from "../../../static/js/images/layer-edits.js";

const { conv, max_pool: pool, dense, batch_norm: norm } = NEW_LAYERS;
const shape = (/** @type {string} */ kind, /** @type {number} */ channels, side = 1, /** @type {number | null} */ filters = null) => ({
	layer: 1,
	kind,
	channels,
	height: side,
	width: side,
	size: filters ? 3 : null,
	filters,
});
/** The heaviest network that the page offers by a button. */
const DRAWN = [
	shape("input", 1, 8),
	shape("conv", 4, 8, 1),
	shape("conv", 8, 8, 4),
	shape("conv", 16, 8, 8),
	shape("max_pool", 16, 4),
	shape("dense", 128),
	shape("output", 10),
];
const LAYERS = [{ ...conv, filters: 4 }, conv, { ...conv, filters: 16 }, pool, { ...dense, neurons: 128 }];

test("each entry of the settings finds its drawn layer; a normalization has none", () => {
	const parts = partsOf(DRAWN.toSpliced(3, 1), [conv, norm, conv, pool, dense]);
	assert.deepEqual(parts.map(({ drawn }) => drawn), [0, 1, null, 2, 3, 4, 5]);
	assert.deepEqual(parts.map(({ entry }) => entry), [null, 0, 1, 2, 3, 4, null]);
});

test("while the server changes the layers, those that it has are drawn", () => {
	assert.deepEqual(partsOf(DRAWN, [conv]).map(({ drawn }) => drawn), [0, 1, 2, 3, 4, 5, 6]);
});

for (const [width, height] of [[684, 520], [684, 430], [536, 470]]) {
	test(`the heaviest network fits into ${width} by ${height} pixels, and nothing lies over another`, () => {
		const { columns, width: needed } = layOutColumns(DRAWN, LAYERS, { width, height, top: 58, wide: false });
		assert.ok(needed <= width);
		columns.forEach((column, index) => {
			assert.ok(column.y >= 58 && column.y + column.height <= height, column.kind);
			assert.ok(column.x >= 0 && column.x + column.width <= width + 1, column.kind);
			if (index > 0) assert.ok(column.left >= columns[index - 1].left + columns[index - 1].columnWidth, column.kind);
		});
	});
}

test("every map is found where it is drawn, and its filter beside it", () => {
	const { columns } = layOutColumns(DRAWN, LAYERS, { width: 684, height: 500, top: 58, wide: false });
	for (const column of columns.filter(({ cells }) => cells)) {
		const { channels } = DRAWN[column.drawn ?? 0];
		for (let channel = 0; channel < channels; channel += 1) {
			const box = boxOf(column, channel);
			assert.deepEqual(hitTest(column, channels, { x: box.x + box.size / 2, y: box.y + box.size / 2 }), { channel, filter: false });
			const { kernel } = box;
			if (kernel.size > 0) {
				assert.deepEqual(hitTest(column, channels, { x: kernel.x + kernel.size / 2, y: kernel.y + kernel.size / 2 }), {
					channel,
					filter: true,
				});
			}
		}
		assert.equal(hitTest(column, channels, { x: column.x - 2, y: column.y + 2 }), null);
	}
});

test("on a narrow board the columns keep a size that can be seen, and it scrolls", () => {
	const { columns, width } = layOutColumns(DRAWN, LAYERS, { width: 360, height: 420, top: 92, wide: true });
	assert.ok(width > 360);
	assert.ok(columns.every(({ kind, cells }) => kind === "output" || kind === "dense" || (cells?.cell ?? 0) >= 20));
});

test("a drawn layer is named by its number among all layers of the setting", () => {
	const drawn = [["input", 0], ["conv", 1], ["max_pool", 1], ["conv", 2], ["dense", 3], ["output", 4]].map(([kind, layer]) => ({
		kind,
		layer,
	}));
	const kinds = ["conv", "batch_norm", "max_pool", "conv", "flatten", "dense", "dropout"];
	const server = /** @type {any} */ ({ config: { layers: kinds.map((kind) => ({ kind })), hidden_layers: [] }, images: { layers: drawn } });
	assert.deepEqual(drawn.map((_, index) => numberedShape(server, index).layer), [0, 1, 3, 4, 6, 4]);
	assert.equal(numberedShape({ ...server, config: { layers: [], hidden_layers: [] } }, 3).layer, 2); // one change behind
});
