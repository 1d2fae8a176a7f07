// Draws over the large picture: the data, the decision line and the probed point.
import { fillOf, isClassNode, ringOf } from "./classes.js";
import { joinPieces, piecesOf } from "./contour.js";
import { fitCanvas } from "../ui/dom.js";
import { CUSTOM } from "../settings/limits.js";
import { drawPoints, pixelsOf, sortDrawn } from "./points.js";

/** The class that is shown alone, or null. @param {ReadyPage} page */
export const shownClass = ({ detail, server }) => (detail && isClassNode(detail, server) ? detail.neuron : null);

/** Draw the data. @param {HTMLCanvasElement} canvas @param {number} size @param {ReadyPage} page */
export function drawData(canvas, size, page) {
	const context = fitCanvas(canvas, size, size);
	context.clearRect(0, 0, size, size);
	const { colors, display, drawn, server: { config } } = page;
	const isCustom = config.dataset === CUSTOM;
	const isNoisy = isCustom && config.points_noise > 0; // the network gets the points moved by noise; those that were drawn are dots
	const points = isCustom && !isNoisy ? sortDrawn(drawn ?? config.points, page.points) : page.points;
	if (!points) return;
	const shown = shownClass(page); // the points of other classes are faint
	const strength = (/** @type {number} */ target) => (shown === null || target === shown ? 1 : 0.3);
	const options = { size, radius: Math.max(2.2, size / 110), fill: fillOf(colors, config), alpha: strength };
	if (isNoisy) drawPoints(context, (drawn ?? config.points).flat(), { ...options, radius: Math.max(1, size / 260), alpha: () => 0.55 });
	if (display.showTrain) drawPoints(context, points.train, { ...options, edge: ringOf(colors, config) });
	if (display.showTest) drawPoints(context, points.test, { ...options, edge: colors["test-ring"] });
	else if (isCustom) {
		const alpha = (/** @type {number} */ target) => strength(target) / 2; // custom test points stay visible, half as strong
		drawPoints(context, points.test, { ...options, edge: colors["train-ring"], alpha });
	}
}

/** Stroke the path in ink with a light edge, so that it can be seen on dark too. @param {CanvasRenderingContext2D} context @param {Colors} colors @param {number} width */
function stroke(context, { surface, ink }, width) {
	for (const [colour, wide] of /** @type {[string, number][]} */ ([[surface, 2 * width + 0.5], [ink, width]])) {
		context.strokeStyle = colour;
		context.lineWidth = wide;
		context.stroke();
	}
}

/** Draw the decision line and the probed place. @param {HTMLCanvasElement} canvas @param {number} size @param {ReadyPage} page @param {PlanePoint | null} asked */
export function drawLines(canvas, size, page, asked) {
	const context = fitCanvas(canvas, size, size);
	context.clearRect(0, 0, size, size);
	const { colors, display, line, classes } = page;
	if (display.decisionLine && line) {
		const cell = size / line.resolution;
		context.beginPath();
		for (const places of joinPieces(piecesOf(line, classes !== null))) {
			context.moveTo((places[0] + 0.5) * cell, (places[1] + 0.5) * cell);
			for (let i = 2; i < places.length; i += 2) context.lineTo((places[i] + 0.5) * cell, (places[i + 1] + 0.5) * cell);
		}
		context.lineCap = context.lineJoin = "round";
		stroke(context, colors, classes ? 1 : 1.5);
	}
	if (asked) {
		const [x, y] = pixelsOf(asked.x1, asked.x2, size);
		context.beginPath();
		context.arc(x, y, 5, 0, 2 * Math.PI);
		stroke(context, colors, 1.5);
	}
}
