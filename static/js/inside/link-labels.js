// Places the numbers of links: on the link, where they overlap no other number and no neuron.

/** @typedef {{x1: number, y1: number, x2: number, y2: number, first: boolean, width: number}} Way a link's ends; whether its number is placed before others'; how wide it is */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Area */

const LABEL_HEIGHT = 11; // pixels
const [CHARACTER_WIDTH, LABEL_GAP] = [6.4, 6]; // pixels of a character on average, also in bold, and between two labels
const POSITIONS = Array.from({ length: 19 }, (_, at) => 0.5 + 0.04 * Math.ceil(at / 2) * (at % 2 ? 1 : -1)); // fractions of the way, from the middle on
const EARLY_POSITIONS = [0.25, 0.18, 0.32, 0.4, ...POSITIONS]; // links that all end at one neuron lie apart where they begin

/** Return the width of a number, in pixels. @param {string} text */
export const widthOf = (text) => text.length * CHARACTER_WIDTH + LABEL_GAP;

/** Return a point on a link's curve, which leaves and arrives horizontally. @param {Way} way @param {number} t from 0 at its start to 1 at its end */
export const pointOnLink = ({ x1, y1, x2, y2 }, t) => ({
	x: x1 + (x2 - x1) * (1.5 * t * (1 - t) + t * t * t),
	y: y1 + (y2 - y1) * t * t * (3 - 2 * t),
});

/** @param {Area} a @param {Area} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * Return the centre of each link's number; null where there is no room for it.
 * @param {Way[]} ways @param {Area[]} taken where nothing may stand
 */
export function placeLabels(ways, taken) {
	const occupied = [...taken];
	/** @type {({x: number, y: number} | null)[]} */
	const places = ways.map(() => null);
	const order = ways.map((_, index) => index).sort((a, b) => Number(ways[b].first) - Number(ways[a].first));
	for (const index of order) {
		const half = ways[index].width / 2;
		for (const position of ways[index].first ? EARLY_POSITIONS : POSITIONS) {
			const { x, y } = pointOnLink(ways[index], position);
			const area = { left: x - half, top: y - LABEL_HEIGHT / 2, right: x + half, bottom: y + LABEL_HEIGHT / 2 };
			if (occupied.some((each) => overlap(each, area))) continue;
			occupied.push(area);
			places[index] = { x, y };
			break;
		}
	}
	return places;
}
