// Which pixel of a feature map is explained: its brightest, or another one by row and column.
import { brightestPixel, pixelAt } from "./walk.js";
import { h, setText } from "../ui/dom.js";
import { setHidden } from "./hiding.js";

/** Return the picker of a feature map's pixel: the brightest, or one by row and column. @param {I18n} i18n @param {() => void} onChange */
export function createPixelPicker(i18n, onChange) {
	/** The pixels chosen by hand, by layer and filter. @type {Map<string, number>} */
	const chosen = new Map();
	/** @type {{key: string, height: number, width: number} | null} */
	let shown = null;

	const field = (/** @type {"row" | "column"} */ name) =>
		h("input", { type: "number", min: "1", step: "1", "aria-label": i18n.t(`inside.point.pixel.${name}`), on: { change: chooseEntered } });
	const [row, column] = [field("row"), field("column")];
	const brightestButton = h("button", {
		type: "button",
		class: "text-button",
		text: i18n.t("inside.point.pixel.brightest"),
		on: { click: () => choose(null) },
	});
	const title = h("span", { class: "quiet" });
	const element = h("div", { class: "point-row point-pixel", role: "group" }, title, row, column, brightestButton);

	/** @param {number | null} pixel null: the brightest */
	function choose(pixel) {
		if (!shown) return;
		if (pixel === null) chosen.delete(shown.key);
		else chosen.set(shown.key, pixel);
		onChange();
	}

	function chooseEntered() {
		if (!shown) return;
		const { height, width } = shown;
		const within = (/** @type {HTMLInputElement} */ { valueAsNumber }, /** @type {number} */ count) =>
			Number.isInteger(valueAsNumber) && valueAsNumber >= 1 && valueAsNumber <= count ? valueAsNumber - 1 : null;
		const [down, across] = [within(row, height), within(column, width)];
		row.setAttribute("aria-invalid", String(down === null));
		column.setAttribute("aria-invalid", String(across === null));
		if (down !== null && across !== null) choose(down * width + across);
	}

	element.addEventListener("keydown", (event) => {
		if (event.key.startsWith("Arrow")) event.stopPropagation(); // they count in the fields
	});

	/** @param {WalkLayer} layer @param {number} neuron */
	const keyOf = (layer, neuron) => `${layer.number} ${neuron} ${layer.positions}`;

	return {
		element,
		/** Return the index of the explained pixel; 0 for a neuron without a map. @param {WalkLayer} layer @param {number | null} neuron */
		pixelOf(layer, neuron) {
			if (neuron === null || layer.positions === 1) return 0;
			return chosen.get(keyOf(layer, neuron)) ?? brightestPixel(layer, neuron);
		},
		/** @param {WalkLayer} layer @param {number | null} neuron */
		update(layer, neuron) {
			const windows = layer.chain[0].windows;
			setHidden(element, neuron === null || !windows || layer.positions === 1);
			if (neuron === null || !windows || layer.positions === 1) return;
			const [, height, width] = windows.after;
			shown = { key: keyOf(layer, neuron), height, width };
			setText(title, i18n.t("inside.point.pixel.choose", { height, width }));
			const at = pixelAt(this.pixelOf(layer, neuron), windows.after);
			for (
				const [input, count, value]
					of /** @type {[HTMLInputElement, number, number][]} */ ([[row, height, at.row], [column, width, at.column]])
			) {
				input.max = String(count);
				input.setAttribute("aria-invalid", "false");
				if (document.activeElement !== input) input.value = String(value + 1);
			}
			setHidden(brightestButton, !chosen.has(shown.key));
		},
	};
}
