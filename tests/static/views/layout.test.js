import assert from "node:assert/strict";
import test from "node:test";
import { layOutNetwork } from "../../../static/js/views/layout.js";

const ROOM = { width: 760, height: 560, wide: false };

test("columns run from left to right inside the board, rows stand around the middle", () => {
	for (const hidden of [[], [4, 2], [8, 8, 8, 8, 8, 8]]) {
		const layout = layOutNetwork(hidden, 7, ROOM);
		assert.equal(layout.columns.length, hidden.length + 2);
		for (let i = 1; i < layout.columns.length; i += 1) assert.ok(layout.columns[i] > layout.columns[i - 1]);
		assert.ok(layout.columns[0] - layout.node / 2 >= 0);
		assert.ok(layout.columns[layout.columns.length - 1] + layout.node / 2 <= layout.width);
		const output = layout.place(hidden.length + 1, 0);
		assert.ok(Math.abs(output.y - (layout.rows(0, 0) + layout.rows(0, 6)) / 2) < 1e-9);
	}
});

test("eight neurons fit into the height without touching", () => {
	const layout = layOutNetwork([8], 7, ROOM);
	const places = Array.from({ length: 8 }, (_, neuron) => layout.rows(1, neuron));
	assert.ok(places[0] - layout.node / 2 >= 0);
	assert.ok(places[7] + layout.node / 2 <= ROOM.height);
	for (let i = 1; i < 8; i += 1) assert.ok(places[i] - places[i - 1] > layout.node);
});

test("more neurons than the page offers do not overlap", () => {
	const layout = layOutNetwork([64, 12], 7, ROOM);
	for (const layer of [1, 2]) assert.ok(layout.rows(layer, 1) - layout.rows(layer, 0) > layout.sizes[layer]);
});

test("a board that is too narrow for its layers becomes wider than its frame", () => {
	assert.equal(layOutNetwork([4, 2], 7, ROOM).width, ROOM.width);
	assert.ok(layOutNetwork([8, 8, 8, 8, 8, 8], 7, { ...ROOM, width: 340 }).width > 340);
});

test("twelve inputs and eight outputs stand in their columns without touching", () => {
	for (const wide of [false, true]) {
		const layout = layOutNetwork([8, 8], 12, { ...ROOM, height: 500, wide }, { outputs: 8, longNames: true });
		for (const [layer, count] of [[0, 12], [1, 8], [3, 8]]) {
			const places = Array.from({ length: count }, (_, neuron) => layout.rows(layer, neuron));
			assert.ok(places[0] - layout.sizes[layer] / 2 >= 0);
			assert.ok(places[count - 1] + layout.sizes[layer] / 2 <= 500);
			for (let i = 1; i < count; i += 1) assert.ok(places[i] - places[i - 1] >= layout.sizes[layer] + 2);
		}
		assert.ok(layout.columns[3] + layout.node / 2 + 36 <= layout.width, "room for the classes");
	}
});
