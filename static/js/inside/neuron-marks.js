// Marks dead and saturated neurons in the network, with a legend of the marks.
import { h, one, setText } from "../ui/dom.js";

const SATURATED_FRACTION = 0.9; // of the points: a neuron that is flat on more counts as saturated
const MARKS = /** @type {const} */ (["dead", "saturated"]);

/** Return the mark of a neuron; null: none. @param {LayerStatistics | undefined} layer @param {number} neuron @returns {typeof MARKS[number] | null} */
export function markOf(layer, neuron) {
	if (!layer || layer.activation === null) return null;
	if (layer.dead[neuron]) return "dead";
	return layer.saturation[neuron] > SATURATED_FRACTION ? "saturated" : null;
}

/** Return the marks and their legend. @param {I18n} i18n */
export function createNeuronMarks(i18n) {
	const items = MARKS.map((mark) => {
		const text = h("span");
		return { mark, text, item: h("li", { hidden: true }, h("span", { class: `mark ${mark}`, "aria-hidden": "true" }), text) };
	});
	const element = h("ul", { class: "mark-legend", "aria-label": i18n.t("inside.marks"), hidden: true }, ...items.map(({ item }) => item));

	/** @param {LayerStatistics[]} layers */
	function mark(layers) {
		for (const node of one("#network").querySelectorAll(".node")) {
			const { layer, neuron } = /** @type {HTMLElement} */ (node).dataset;
			const found = markOf(layers[Number(layer) - 1], Number(neuron));
			for (const each of MARKS) node.classList.toggle(each, each === found);
		}
	}

	return {
		/** The legend. */
		element,
		/** @param {LayerStatistics[]} layers */
		update(layers) {
			mark(layers);
			const all = layers.flatMap((layer) => layer.dead.map((_, neuron) => markOf(layer, neuron)));
			for (const { mark: name, text, item } of items) {
				const count = all.filter((each) => each === name).length;
				item.hidden = count === 0;
				setText(text, i18n.t(`inside.marks.${name}`, { count }));
			}
			element.hidden = items.every(({ item }) => item.hidden);
		},
		/** Remove the marks from the network. */
		clear: () => mark([]),
	};
}
