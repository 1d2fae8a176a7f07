// The geometry of the network's links, and which of them is at the pointer.
import { weightIndex } from "../state/parameters.js";

const POINTER_REACH = 7; // pixels; the pointer selects no link farther away

/** The y of a link's curve at `x`, found by bisection. @param {Link} link @param {number} x */
function heightAt({ from, to }, x) {
	let [low, high] = [0, 1];
	const fraction = (x - from.x) / (to.x - from.x);
	for (let i = 0; i < 12; i += 1) {
		const t = (low + high) / 2;
		if (1.5 * t * (1 - t) + t * t * t < fraction) low = t;
		else high = t;
	}
	const t = (low + high) / 2;
	return from.y + (to.y - from.y) * t * t * (3 - 2 * t);
}

/** Return the links of a network with their ends, in pixels. @param {LayerLayout[]} layout @param {Layout["place"]} placeOf where a node's middle is @param {number[]} sizes of the nodes in each layer */
export function createLinks(layout, placeOf, sizes) {
	/** @type {Link[]} */
	const links = [];
	layout.forEach(({ inputs, neurons }, before) => {
		const layer = before + 1;
		for (let source = 0; source < inputs; source += 1) {
			for (let neuron = 0; neuron < neurons; neuron += 1) {
				const [start, end] = [placeOf(before, source), placeOf(layer, neuron)];
				const from = { x: start.x + sizes[before] / 2, y: start.y };
				const to = { x: end.x - sizes[layer] / 2, y: end.y };
				links.push({ layer, source, neuron, from, to, index: weightIndex(layout, layer, source, neuron) });
			}
		}
	});
	return links;
}

/** The link nearest to a place, or null if none is within reach. @param {Link[]} links @param {number} x @param {number} y */
export function linkAt(links, x, y) {
	let best = null;
	let distance = POINTER_REACH;
	for (const link of links) {
		if (x < link.from.x || x > link.to.x) continue;
		const linkDistance = Math.abs(heightAt(link, x) - y);
		if (linkDistance < distance) [best, distance] = [link, linkDistance];
	}
	return best;
}
