// The links of the network: curves on one canvas, whose width and colour show their weights.
import { weightIndex } from "../state/parameters.js";
import { fitCanvas } from "../ui/dom.js";

const REACH = 7; // pixels between the pointer and a link that it selects
const FLOW = 24; // speed of the dashes, in pixels per second
const MANY = 150; // with more links they are drawn on every second frame only, which cannot be seen

/** The width of a link: about 1 to 10 pixels for weights of magnitude 0 to 5, as in TensorFlow Playground. @param {number} weight */
const widthOf = (weight) => 0.75 + 1.85 * Math.min(Math.abs(weight), 5);

/** The y of a link's curve at `x`, found by bisection. @param {Link} link @param {number} x */
function heightAt({ from, to }, x) {
	let [low, high] = [0, 1];
	const share = (x - from.x) / (to.x - from.x);
	for (let i = 0; i < 12; i += 1) {
		const t = (low + high) / 2;
		if (1.5 * t * (1 - t) + t * t * t < share) low = t;
		else high = t;
	}
	const t = (low + high) / 2;
	return from.y + (to.y - from.y) * t * t * (3 - 2 * t);
}

/** The curve between two nodes. @param {Place} from @param {Place} to */
function curve(from, to) {
	const middle = (from.x + to.x) / 2;
	const path = new Path2D();
	path.moveTo(from.x, from.y);
	path.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
	return path;
}

/** @param {LayerLayout[]} layout @param {Layout["place"]} placeOf where a node's middle is @param {number[]} sizes of the nodes in each layer */
function makeLinks(layout, placeOf, sizes) {
	/** @type {Link[]} */
	const links = [];
	layout.forEach(({ inputs, neurons }, before) => {
		const layer = before + 1;
		for (let source = 0; source < inputs; source += 1) {
			for (let neuron = 0; neuron < neurons; neuron += 1) {
				const [start, end] = [placeOf(before, source), placeOf(layer, neuron)];
				const from = { x: start.x + sizes[before] / 2, y: start.y };
				const to = { x: end.x - sizes[layer] / 2, y: end.y };
				links.push({ layer, source, neuron, from, to, path: curve(from, to), index: weightIndex(layout, layer, source, neuron) });
			}
		}
	});
	return links;
}

/** @param {HTMLCanvasElement} canvas */
export function createLinks(canvas) {
	/** @type {Link[]} */
	let links = [];
	let [width, height] = [0, 0];
	let skipped = false;

	return {
		/** @param {LayerLayout[]} layout @param {Layout["place"]} placeOf @param {Layout} board */
		layout(layout, placeOf, board) {
			({ width, height } = board);
			links = makeLinks(layout, placeOf, board.sizes);
		},

		/** @param {Float32Array} parameters @param {Colors} colors @param {LinkMotion} motion */
		draw(parameters, colors, { playing, flowing, marked, now }) {
			skipped = playing && links.length > MANY && !skipped;
			if (skipped) return;
			const context = fitCanvas(canvas, width, height);
			context.clearRect(0, 0, width, height);
			context.setLineDash([9, 2]);
			context.lineDashOffset = flowing ? -((now * FLOW) / 1000) % 11 : 0;
			for (const link of links) {
				const weight = parameters[link.index];
				context.strokeStyle = colors.css(weight);
				context.lineWidth = widthOf(weight);
				context.stroke(link.path);
			}
			if (marked) {
				context.setLineDash([]);
				context.strokeStyle = colors.ink;
				context.lineWidth = 2;
				context.stroke(marked.path);
			}
		},

		/** The link nearest to a place, or null if none is within reach. @param {number} x @param {number} y */
		near(x, y) {
			let best = null;
			let distance = REACH;
			for (const link of links) {
				if (x < link.from.x || x > link.to.x) continue;
				const away = Math.abs(heightAt(link, x) - y);
				if (away < distance) [best, distance] = [link, away];
			}
			return best;
		},
	};
}
