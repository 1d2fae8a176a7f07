import assert from "node:assert/strict";
import test from "node:test";
import { featureMap, FILTER, gradientSizes, maxPool, SEVEN } from "../../../static/js/views/deep-figure-data.js";

test("the gradient vanishes in plain sigmoid layers, and reaches the first with either remedy", () => {
	const plain = gradientSizes("plain");
	assert.equal(plain.length, 6);
	plain.slice(1).forEach((size, index) => assert.ok(size > 1.5 * plain[index], `layer ${index + 2}`));
	assert.ok(plain[5] > 1000 * plain[0]);
	for (const kind of /** @type {const} */ (["batch_norm", "residual"])) {
		const sizes = gradientSizes(kind);
		assert.ok(sizes[0] > 1000 * plain[0], kind);
		assert.ok(sizes[5] < 30 * sizes[0], kind);
	}
});

test("a feature map keeps the image's size and has no negative value, pooling keeps the largest of each window", () => {
	const map = featureMap(SEVEN, FILTER);
	assert.deepEqual([map.length, map[0].length], [8, 8]);
	assert.ok(map.flat().every((value) => value >= 0));
	assert.deepEqual(featureMap([[0, 0, 0], [0, 2, 0], [0, 0, 0]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]), [[18, 16, 14], [12, 10, 8], [
		6,
		4,
		2,
	]]);
	assert.deepEqual(maxPool([[1, 2, 0, 0], [0, 4, 0, -1], [5, 6, 7, 8], [0, 0, 0, 9]]), [[4, 0], [6, 9]]);
});
