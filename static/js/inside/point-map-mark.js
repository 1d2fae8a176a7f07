// Marks the explained neuron or feature map of a network for images, its pixel, and its value.
import { brief } from "./numbers.js";
import { h, setText } from "../ui/dom.js";
import { setHidden } from "./hiding.js";

const KINDS_WITH_NEURONS = new Set(["conv", "dense", "output"]); // of columns

/** Return the box of a cell within its column, in pixels. @param {{cell: number, gap: number, kernel: number, down: number}} cells @param {number} channel */
export function cellAt({ cell, gap, kernel, down }, channel) {
	const beside = kernel ? kernel + 3 : 0;
	return { x: Math.floor(channel / down) * (cell + beside + gap) + beside, y: (channel % down) * (cell + gap), width: cell, height: cell };
}

/** Return the box of a class's row within the output column, in pixels. @param {{width: number, height: number}} column @param {number} digit */
export function rowAt({ width, height }, digit) {
	const pitch = Math.min(30, height / 10);
	return { x: -5, y: (height - 10 * pitch) / 2 + digit * pitch, width: width + 1, height: pitch };
}

/** Return the mark. @param {I18n} i18n */
export function createMapMark(i18n) {
	const ring = h("span", { class: "ring" });
	const dot = h("span", { class: "ring pixel" });
	const value = h("span", { class: "value marked" });
	const element = h("div", { class: "map-mark", "aria-hidden": "true" }, ring, dot, value);

	return {
		hide: () => element.remove(),
		/** @param {ServerState["images"]} images @param {WalkLayer} layer @param {number} neuron @param {number} pixel @param {number | null} shown its value */
		show(images, layer, neuron, pixel, shown) {
			const columns = (images?.layers ?? []).flatMap(({ kind }, index) => (KINDS_WITH_NEURONS.has(kind) ? [index] : []));
			const place = /** @type {HTMLElement | null} */ (document.querySelector(`.map-place[data-drawn="${columns[layer.number - 1]}"]`));
			if (!place) return element.remove();
			const { cells } = place.dataset;
			const box = cells
				? cellAt(JSON.parse(cells), neuron)
				: rowAt({ width: Number.parseFloat(place.style.width), height: Number.parseFloat(place.style.height) }, neuron);
			ring.style.cssText = `left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px`;
			const [, height, width] = layer.chain[0].windows?.after ?? [1, 1, 1];
			setHidden(dot, layer.positions === 1);
			const [across, down] = [box.width / width, box.height / height];
			const [x, y] = [box.x + (pixel % width) * across, box.y + Math.floor(pixel / width) * down];
			dot.style.cssText = `left:${x}px;top:${y}px;width:${across}px;height:${down}px`;
			value.style.cssText = `left:${box.x + box.width / 2}px;top:${box.y + box.height + 2}px`;
			setHidden(value, !cells); // beside a class stands its probability
			setText(value, brief(shown, i18n));
			if (element.parentElement !== place) place.append(element);
			return undefined;
		},
	};
}
