// The numbers of links: none on another or on a neuron, those of the explained neuron before others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeLabels, pointOnLink, widthOf } from "../../../static/js/inside/link-labels.js";

const NONE = [];

/** Links from each of some sources to each of some targets, `gap` pixels apart. */
const between = (sources, targets, { first = -1, gap = 60, width = 36 } = {}) =>
	Array.from(
		{ length: targets },
		(_, to) => Array.from({ length: sources }, (_, from) => ({ x1: 0, y1: from * gap, x2: 120, y2: to * gap, first: to === first, width })),
	).flat();

const apart = (a, b, width = 36) => Math.abs(a.x - b.x) >= width || Math.abs(a.y - b.y) >= 11;

test("all numbers of a small layer are placed, and none is on another", () => {
	const places = placeLabels(between(2, 4), NONE);
	assert.ok(places.every(Boolean));
	places.forEach((one, index) => places.slice(index + 1).forEach((other) => assert.ok(apart(one, other))));
});

test("a number with a power of ten takes more room than a short one, and none is on another", () => {
	const width = widthOf("−8.4×10⁻⁴");
	assert.ok(width > widthOf("0.12") + 20);
	const places = placeLabels(between(2, 4, { width }), NONE).filter(Boolean);
	assert.ok(places.length >= 6);
	places.forEach((one, index) => places.slice(index + 1).forEach((other) => assert.ok(apart(one, other, width))));
});

test("where room is scarce, the explained neuron's links have their numbers", () => {
	const ways = between(8, 4, { first: 3, gap: 20 });
	const places = placeLabels(ways, NONE);
	assert.ok(places.some((place) => place === null));
	assert.ok(ways.every((way, index) => !way.first || places[index] !== null));
});

test("a number avoids what is there already, and lies on its link", () => {
	const way = { x1: 0, y1: 0, x2: 200, y2: 0, first: false, width: 36 };
	const [place] = placeLabels([way], [{ left: 90, top: -20, right: 110, bottom: 20 }]);
	assert.ok(place.x <= 72 || place.x >= 128);
	assert.equal(place.y, 0);
	assert.deepEqual(placeLabels([way], [{ left: -50, top: -20, right: 250, bottom: 20 }]), [null]);
});

test("a link begins and ends at its neurons", () => {
	const way = { x1: 10, y1: 20, x2: 110, y2: 80, first: false, width: 36 };
	assert.deepEqual([pointOnLink(way, 0), pointOnLink(way, 1)], [{ x: 10, y: 20 }, { x: 110, y: 80 }]);
});
