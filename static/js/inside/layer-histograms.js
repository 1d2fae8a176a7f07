// Histograms of each layer's activations and weights.
import { nameOf } from "./layer-table.js";
import { brief } from "./numbers.js";
import { h, setText } from "../ui/dom.js";
import { createSvg } from "../ui/svg.js";

const [WIDTH, HEIGHT] = [100, 28];
const KINDS = /** @type {const} */ (["values", "weights"]);

/** Return the bars of a histogram as path data; the highest bar fills the height. @param {number[]} counts */
export function barsOf(counts) {
	const maxCount = Math.max(...counts, 1);
	const wide = WIDTH / counts.length;
	return counts.map((count, index) => {
		if (count === 0) return "";
		const top = HEIGHT - (count / maxCount) * HEIGHT;
		return `M${(index * wide).toFixed(1)} ${HEIGHT}V${top.toFixed(1)}H${((index + 1) * wide).toFixed(1)}V${HEIGHT}Z`;
	}).join("");
}

/** Return the centre of the fullest bin. @param {Histogram} histogram */
export function peakOf({ low, high, counts }) {
	const at = counts.indexOf(Math.max(...counts));
	return low + ((at + 0.5) / counts.length) * (high - low);
}

/** Return the x of value 0, in pixels; null if it is out of range. @param {Histogram} histogram */
export const zeroOf = ({ low, high }) => (low < 0 && high > 0 ? (-low / (high - low)) * WIDTH : null);

/** @param {I18n} i18n @param {typeof KINDS[number]} kind */
function createHistogram(i18n, kind) {
	const [bars, axis] = [createSvg("path", { class: "bars" }), createSvg("path", { class: "axis" })];
	const picture = createSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" }, bars, axis);
	const [low, high] = [h("span"), h("span")];
	const element = h("td", {}, picture, h("div", { class: "range" }, low, high));
	return {
		element,
		/** @param {Histogram} histogram @param {string} layer */
		update(histogram, layer) {
			bars.setAttribute("d", barsOf(histogram.counts));
			const zero = zeroOf(histogram);
			axis.setAttribute("d", zero === null ? "" : `M${zero.toFixed(1)} 0V${HEIGHT}`);
			const values = { low: brief(histogram.low, i18n), high: brief(histogram.high, i18n) };
			setText(low, values.low);
			setText(high, values.high);
			const params = { ...values, layer, peak: brief(peakOf(histogram), i18n) };
			picture.setAttribute("aria-label", i18n.t(`inside.histograms.${kind}.read`, params));
		},
	};
}

/** Return the table of histograms. @param {I18n} i18n */
export function createLayerHistograms(i18n) {
	const heads = KINDS.map((kind) => h("th", { scope: "col", text: i18n.t(`inside.histograms.${kind}`) }));
	const body = h("tbody");
	const element = h("table", { class: "histogram-table" }, h("thead", {}, h("tr", {}, h("td"), ...heads)), body);
	/** @type {{name: HTMLElement, row: HTMLElement, histograms: ReturnType<typeof createHistogram>[]}[]} */
	let rows = [];
	const createRow = () => {
		const name = h("th", { scope: "row" });
		const histograms = KINDS.map((kind) => createHistogram(i18n, kind));
		return { name, histograms, row: h("tr", {}, name, ...histograms.map((each) => each.element)) };
	};
	return {
		element,
		/** @param {LayerStatistics[]} layers */
		update(layers) {
			if (rows.length !== layers.length) {
				rows = layers.map(createRow);
				body.replaceChildren(...rows.map(({ row }) => row));
			}
			rows.forEach(({ name, histograms }, index) => {
				const layer = nameOf(layers[index], i18n);
				setText(name, layer);
				KINDS.forEach((kind, at) => histograms[at].update(layers[index][kind], layer));
			});
		},
	};
}
