// Places and data points of the plane, which is -6 to 6 both ways, on a square of `size` pixels.
import { PLANE } from "../settings/limits.js";

const clamp = (/** @type {number} */ each) => Math.max(-PLANE, Math.min(PLANE, each));

/** The nearest place of the plane. @param {PlanePoint} place @returns {PlanePoint} */
export const clampToPlane = ({ x1, x2 }) => ({ x1: clamp(x1), x2: clamp(x2) });

/** Return the point of the plane at a pixel. @param {number} x @param {number} y @param {number} size @returns {PlanePoint} */
export const placeAt = (x, y, size) => clampToPlane({ x1: (x / size) * 2 * PLANE - PLANE, x2: PLANE - (y / size) * 2 * PLANE });

/** Return the x and y in pixels of a point of the plane. @param {number} x1 @param {number} x2 @param {number} size */
export const pixelsOf = (x1, x2, size) => [((x1 + PLANE) / (2 * PLANE)) * size, ((PLANE - x2) / (2 * PLANE)) * size];

/** Draw points; those outside of the plane are left out. @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} points x1, x2, target, one after another @param {PointStyle} style */
export function drawPoints(context, points, { size, radius, fill, edge, alpha }) {
	const whole = 2 * Math.PI;
	context.lineWidth = 1;
	for (let i = 0; i + 2 < points.length; i += 3) {
		const [x, y] = pixelsOf(points[i], points[i + 1], size);
		if (x < 0 || y < 0 || x > size || y > size) continue; // outside the plane
		if (alpha) context.globalAlpha = alpha(points[i + 2]);
		context.beginPath();
		context.arc(x, y, radius, 0, whole);
		context.fillStyle = fill(points[i + 2]);
		context.fill();
		if (edge) {
			context.strokeStyle = typeof edge === "string" ? edge : edge(points[i + 2]);
			context.stroke();
		}
	}
	context.globalAlpha = 1;
}

/**
 * Split points that a person draws into training and test points as the server did; new ones count as training points.
 * @param {number[][]} drawn x1, x2, target of each
 * @param {{test: Float32Array} | null} known
 * @returns {{train: number[], test: number[]}} flat
 */
export function sortDrawn(drawn, known) {
	const tests = new Set();
	for (let i = 0; known && i + 2 < known.test.length; i += 3) tests.add(known.test.subarray(i, i + 3).join());
	const isTest = (/** @type {number[]} */ point) => tests.size > 0 && tests.has(Float32Array.from(point).join());
	/** @type {number[][]} */
	const [train, test] = [[], []];
	for (const point of drawn) (isTest(point) ? test : train).push(...point);
	return { train, test };
}
