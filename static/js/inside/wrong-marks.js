// Draws rings in the large picture around the misclassified points.
import { positionOf } from "./wrong-points.js";
import { PLANE } from "../settings/limits.js";
import { one } from "../ui/dom.js";
import { createSvg } from "../ui/svg.js";

const RING_RADIUS = 0.17; // units of the plane
const MAX_MARKED = 12; // of regression's points, none of which is wrong

/** Return the rings. @param {(index: number) => void} onChoose a ring was clicked */
export function createWrongMarks(onChoose) {
	const size = 2 * PLANE;
	const svg = createSvg("svg", { class: "wrong-marks", viewBox: `${-PLANE} ${-PLANE} ${size} ${size}`, "aria-hidden": "true" });
	/** @type {Map<number, Element>} the ring of each point by its index */
	const rings = new Map();
	let emphasized = -1;
	svg.addEventListener("click", (event) => {
		const ring = /** @type {Element} */ (event.target).closest("[data-index]");
		if (ring) onChoose(Number(ring.getAttribute("data-index")));
	});

	/** The colour of a point. @param {number} target @param {QualityOnSet} found @param {Colors} colors */
	const fill = (target, { matrix }, colors) => (!matrix ? "none" : matrix.length > 2 ? colors.classes.css(target) : colors.css(target));

	return {
		/** @param {QualityOnSet} found @param {Float32Array | null} points @param {Colors} colors */
		update(found, points, colors) {
			const marked = found.wrong === null ? found.worst.slice(0, MAX_MARKED) : found.worst;
			rings.clear();
			for (const each of marked) {
				const place = positionOf(each, points);
				if (!place || Math.abs(place.x1) > PLANE || Math.abs(place.x2) > PLANE) continue;
				const ring = createSvg("circle", { cx: place.x1, cy: -place.x2, r: RING_RADIUS, fill: fill(each.target, found, colors) });
				ring.setAttribute("data-index", String(each.index));
				ring.classList.toggle("pointed", each.index === emphasized);
				rings.set(each.index, ring);
			}
			svg.replaceChildren(...rings.values());
			if (!svg.isConnected) one(".picture-frame").append(svg);
		},
		/** Emphasize the ring of a point; null: of none. @param {number | null} index */
		emphasize(index) {
			rings.get(emphasized)?.classList.remove("pointed");
			emphasized = index ?? -1;
			rings.get(emphasized)?.classList.add("pointed");
		},
		clear: () => svg.remove(),
	};
}
