// The article's figures: small SVG drawings, each with a caption in the page that says what it shows.
import { ACTIVATIONS } from "../settings/activations.js";
import { deep, images, mend } from "./deep-figures.js";
import { clouds, descend, fitLine, penalized } from "./figure-data.js";
import { curve, dot, group, HEIGHT, line, PANEL_WIDTH, panels, round, signed, text, WIDTH } from "./figure-parts.js";
import { createSvg } from "../ui/svg.js";

/** The activation functions by their names in the page. @param {HTMLElement} place @returns {Element[]} */
function activations({ dataset: { names = "{}" } }) {
	return Object.entries(JSON.parse(names)).filter(([name]) => ACTIVATIONS[name]).map(([name, label], index) =>
		group((index % 4) * 84, Math.floor(index / 4) * 70, ...curve(ACTIVATIONS[name], 72, 48), text(0, 61, label))
	);
}

function neuron() {
	const weights = [line([[28, 26], [120, 55]], "weight positive", 4), line([[28, 84], [120, 55]], "weight negative")];
	const inputs = [[26, "x₁"], [84, "x₂"]].map(([y, name]) => group(0, Number(y), dot(18, 0, "unit", 14), text(12, 4, String(name))));
	const sum = [dot(138, 55, "unit", 18), text(133, 60, "Σ"), line([[138, 92], [138, 73]], "weight"), text(134, 106, "b")];
	const activation = group(196, 31, createSvg("rect", { class: "unit", width: 48, height: 48, rx: 4 }), ...curve(Math.tanh, 48, 48));
	return [
		...weights,
		...inputs,
		...sum,
		text(66, 30, "w₁"),
		text(66, 88, "w₂"),
		line([[156, 55], [196, 55]], "weight"),
		activation,
		text(214, 96, "g"),
		line([[244, 55], [292, 55]], "weight"),
		text(300, 60, "a"),
	];
}

function descent() {
	const at = (/** @type {number} */ w) => [50 + w * 21, 100 - w * w * 19];
	const valley = () => line(Array.from({ length: 61 }, (_, index) => at(index / 13.5 - 30 / 13.5)), "axis");
	return panels([[0.03, -2, 10], [0.3, -2, 10], [1.04, -1.2, 8]].map(([rate, start, steps]) => {
		const places = descend(start, rate, steps).map(at);
		return [valley(), line(places, "path"), ...places.map(([x, y]) => dot(x, y))];
	}));
}

function scale() {
	const steps = Array.from({ length: 41 }, (_, index) => index / 20 - 1);
	const ramp = steps.map((value, index) =>
		createSvg("rect", {
			class: signed(value),
			x: 15 + index * 7.2,
			y: 8,
			width: 7.3,
			height: 18,
			"fill-opacity": round(Math.abs(value) * 10) / 10,
		})
	);
	const ends = [text(8, 44, "−1"), text(159, 44, "0"), text(305, 44, "1")];
	const lines = [-1, -0.6, -0.2, 0.2, 0.6, 1].map((value, index) =>
		createSvg("line", {
			class: `weight ${signed(value)}`,
			x1: 15 + index * 52,
			x2: 55 + index * 52,
			y1: 80,
			y2: 80,
			"stroke-width": Math.abs(value) * 8,
		})
	);
	return [...ramp, ...ends, ...lines];
}

const noise = () =>
	panels([0, 0.25, 0.5].map((level) => {
		const place = (/** @type {number} */ value) => 50 + Math.max(-5.8, Math.min(5.8, value)) * 8;
		const points = clouds(level).map(([x, y, target]) => dot(place(x), 105 - place(y), signed(target), 2));
		return [createSvg("rect", { class: "plane", y: 5, width: PANEL_WIDTH, height: 100 }), ...points];
	}));

function batches() {
	const at = (/** @type {number[]} */ [weight, bias]) => [50 + weight * 22, 60 - bias * 30];
	const [goalX, goalY] = at([1.1, 0.9]);
	return panels([1, 10, 20].map((size) => {
		const path = fitLine(size, 8).map(at);
		return [
			createSvg("rect", { class: "plane", y: 5, width: PANEL_WIDTH, height: 100 }),
			line(path, "path"),
			dot(path[0][0], path[0][1]),
			dot(goalX, goalY, "goal", 4),
		];
	}));
}

const penalties = () =>
	panels(
		penalized().map((weights) => [
			line([[0, 55], [PANEL_WIDTH, 55]], "axis"),
			...weights.map((weight, index) =>
				createSvg("rect", {
					class: signed(weight),
					x: 2 + index * 12.4,
					y: 55 - Math.max(0, weight) * 48,
					width: 9,
					height: Math.abs(weight) * 48,
				})
			),
		]),
	);

/** @type {Record<string, (place: HTMLElement) => Element[]>} */
const FIGURES = { neuron, descent, scale, deep, mend, images, activations, noise, batches, penalties };

/** Draw each figure of the article into its place. @param {ParentNode} article */
export function drawFigures(article) {
	for (const place of /** @type {NodeListOf<HTMLElement>} */ (article.querySelectorAll("[data-figure]"))) {
		const name = place.dataset.figure ?? "";
		const height = name === "activations" ? 205 : HEIGHT;
		const svg = createSvg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, "aria-hidden": "true" }, ...FIGURES[name](place));
		place.prepend(svg);
	}
}
