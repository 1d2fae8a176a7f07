import assert from "node:assert/strict";
import test from "node:test";
import { fitGrid, TILE_GAP } from "../../../../static/js/classroom/teacher/grid.js";

const SCREENS = [[1256, 630], [1896, 990]]; // what is left of 1280x720 and of 1920x1080

test("forty learners fit one screen, with all that a tile can say", () => {
	for (const [width, height] of SCREENS) {
		const { scrolls, density, side } = fitGrid(40, width, height);
		assert.equal(scrolls, false);
		assert.notEqual(density, "small");
		assert.ok(side >= 72);
	}
});

test("tiles never need more room than there is, unless they scroll", () => {
	const captions = { large: 67, medium: 51, small: 45 }; // as the style sheet has them
	for (const [width, height] of SCREENS) {
		for (let count = 1; count <= 250; count += 1) {
			const { columns, side, density, scrolls } = fitGrid(count, width, height);
			assert.ok(columns * (side + 10) + (columns - 1) * TILE_GAP <= width, `${count} on ${width}`);
			const rows = Math.ceil(count / columns);
			const needed = rows * (side + 10 + captions[density]) + (rows - 1) * TILE_GAP;
			if (!scrolls) assert.ok(needed <= height, `${count} on ${width}x${height}`);
		}
	}
});

test("two hundred fit a large screen, and scroll on a small one", () => {
	assert.equal(fitGrid(200, 1896, 990).scrolls, false);
	const small = fitGrid(200, 1256, 630);
	assert.equal(small.scrolls, true);
	assert.ok(small.side > 60);
});

test("few learners are large, but not beyond all measure; a tiny window still has a column", () => {
	assert.equal(fitGrid(1, 1896, 990).side, 360);
	assert.equal(fitGrid(3, 1896, 990).columns, 3);
	assert.equal(fitGrid(40, 1256, 630).columns, 10, "rows are full where they can be");
	assert.equal(fitGrid(0, 1896, 990).columns, 1);
	assert.ok(fitGrid(30, 50, 40).columns >= 1);
});
