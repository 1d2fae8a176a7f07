import assert from "node:assert/strict";
import test from "node:test";
import { decodeDrawings, decodeLayers, encodeDrawings, encodeLayers } from "../../../static/js/link/layer-code.js";
import { createRandom } from "../support/random.js";

const LAYERS = [
	{ kind: "conv", filters: 16, size: 5, stride: 2, padding: "valid", activation: "leaky_relu" },
	{ size: 2, stride: null, kind: "max_pool" },
	{ size: 3, stride: 1, kind: "average_pool" },
	{ before_activation: true, kind: "batch_norm" },
	{ kind: "flatten" },
	{ kind: "dense", neurons: 128, activation: null },
	{ kind: "dropout", rate: 0.25 },
	{ kind: "residual", layers: 1, projection: false },
];

test("layers are short, and what is usual is left out", () => {
	assert.equal(
		encodeLayers(LAYERS),
		"conv-16-5-2-valid-leaky_relu,max_pool,average_pool-3-1,batch_norm-true,flatten,dense-128,dropout-0.25,residual-1-false",
	);
});

test("what was written is read, without what is usual", () => {
	const usual = { size: 3, stride: 1, padding: "same", activation: null };
	for (const layer of LAYERS) {
		const [read] = decodeLayers(encodeLayers([layer])) ?? [];
		for (const [name, value] of Object.entries(layer)) {
			if (name in read) assert.deepEqual(read[name], value, name);
			else assert.ok(value === null || value === usual[name] || value === 2, `${layer.kind}: ${name}`);
		}
	}
});

test("what is no layer is not read", () => {
	for (const text of ["cone-3", "conv-1-2-3-4-5-6", "", "toString", Array(70).fill("flatten").join()]) {
		assert.equal(decodeLayers(text), null, text);
	}
});

test("drawings come back as they were", () => {
	const random = createRandom(3);
	const drawings = Array.from({ length: 12 }, () => ({
		label: random.below(10),
		pixels: Array.from({ length: 64 }, (_, at) => (at === 0 ? 1 : random.below(17))),
		use: random.pick(["train", "test"]),
	}));
	assert.deepEqual(decodeDrawings(encodeDrawings(drawings) ?? ""), drawings);
	assert.equal(encodeDrawings([]), undefined);
	assert.equal(encodeDrawings([...drawings, drawings[0]]), undefined, "too many for a link");
	const empty = `7a${"0".repeat(64)}`;
	for (const text of [empty, "7a12", "", `7c${"1".repeat(64)}`, `7a${"h".repeat(64)}`]) assert.equal(decodeDrawings(text), null, text);
});
