// The buttons above each hidden layer that add and remove neurons.
import { h, setText } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

/** Return the controls of all hidden layers. @param {HTMLElement} board @param {LayersOptions} options */
export function createLayers(board, { i18n, bounds, onNeurons }) {
	/** @type {LayerControl[]} */
	const controls = [];

	/** @param {number} layer @param {1 | -1} change @param {string} control */
	function button(layer, change, control) {
		return h(
			"button",
			{
				type: "button",
				class: "icon-button small",
				"aria-label": i18n.t("readout.inLayer", { action: i18n.t(`control.${control}.label`), layer: layer + 1 }),
				data: { help: `control.${control}.help` },
				on: { click: () => onNeurons(layer, change) },
			},
			icon(change > 0 ? "plus" : "minus"),
		);
	}

	function makeControl(/** @type {number} */ layer) {
		const [fewer, more] = [button(layer, -1, "removeNeuron"), button(layer, 1, "addNeuron")];
		const count = h("span", { class: "count" });
		const name = i18n.t("readout.layer", { layer: layer + 1 });
		const group = { class: "layer-control", role: "group", "aria-label": name, data: { hide: "numHiddenLayers" } };
		const element = h("div", group, fewer, count, more);
		board.append(element);
		return { element, count, fewer, more };
	}

	return {
		/** @param {number[]} neurons of each hidden layer @param {{columns: number[]}} layout */
		update(neurons, layout) {
			while (controls.length > neurons.length) controls.pop()?.element.remove();
			while (controls.length < neurons.length) controls.push(makeControl(controls.length));
			controls.forEach(({ element, count, fewer, more }, layer) => {
				element.style.left = `${layout.columns[layer + 1]}px`;
				setText(count, String(neurons[layer]));
				count.title = i18n.t("readout.neurons", { count: neurons[layer] });
				fewer.disabled = neurons[layer] <= bounds.minimum;
				more.disabled = neurons[layer] >= bounds.maximum;
			});
		},
	};
}
