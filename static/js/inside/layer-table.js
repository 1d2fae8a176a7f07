// The table of layers: sizes of gradients and updates, numbers of saturated and dead neurons.
import { barOf, brief } from "./numbers.js";
import { h, setText } from "../ui/dom.js";

const SIZES = /** @type {const} */ (["delta", "update"]);

/** Return the name of a layer. @param {LayerStatistics} layer @param {I18n} i18n */
export const nameOf = ({ layer, activation }, i18n) =>
	activation === null ? i18n.t("inside.output") : i18n.t("inside.layer", { layer, activation: i18n.t(`choice.activation.${activation}`) });

/** Return the size of the next update divided by that of the weights; 0 if the weights are all 0. @param {LayerStatistics} layer */
export const relativeUpdate = ({ update, weight }) => (weight > 0 ? update / weight : 0);

/** @param {I18n} i18n */
function createRow(i18n) {
	const name = h("th", { scope: "row" });
	const bars = SIZES.map(() => h("span", { class: "size-bar" }));
	const numbers = SIZES.map(() => h("span"));
	const sizes = bars.map((bar, index) => h("td", { class: "size" }, bar, numbers[index]));
	const flat = h("td");
	const dead = h("td");
	const row = h("tr", {}, name, ...sizes, flat, dead);
	return {
		row,
		/** @param {LayerStatistics} layer */
		update(layer) {
			setText(name, nameOf(layer, i18n));
			[layer.delta, relativeUpdate(layer)].forEach((size, index) => {
				bars[index].style.setProperty("--share", String(barOf(size)));
				setText(numbers[index], brief(size, i18n));
			});
			const isOutput = layer.activation === null;
			const count = layer.dead.filter(Boolean).length;
			setText(flat, isOutput ? "" : i18n.number(layer.saturated, { style: "percent", maximumFractionDigits: 0 }));
			setText(dead, isOutput ? "" : i18n.t("inside.of", { count, all: layer.dead.length }));
			row.classList.toggle("ill", !isOutput && (layer.saturated > 0.9 || count > 0));
		},
	};
}

/** Return the table. @param {I18n} i18n */
export function createLayerTable(i18n) {
	const heading = (/** @type {string} */ name) =>
		h("th", { scope: "col", title: i18n.t(`inside.${name}.help`), text: i18n.t(`inside.${name}`) });
	const body = h("tbody");
	const element = h(
		"table",
		{ class: "layer-table" },
		h("thead", {}, h("tr", {}, h("td"), ...["gradient", "update", "flat", "dead"].map(heading))),
		body,
	);
	/** @type {ReturnType<typeof createRow>[]} */
	let rows = [];
	return {
		element,
		/** @param {LayerStatistics[]} layers */
		update(layers) {
			if (rows.length !== layers.length) {
				rows = layers.map(() => createRow(i18n));
				body.replaceChildren(...rows.map(({ row }) => row));
			}
			rows.forEach((row, index) => row.update(layers[index]));
		},
	};
}
