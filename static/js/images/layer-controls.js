// The controls above each column: kind, a button that opens its settings, number of filters or neurons; and bars for layers without a column.
import { h, setText } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { changeLayer, COUNT_FIELDS, layersOf, nextCount } from "./layer-edits.js";
import { shortName } from "./naming.js";

/** Add the controls to the board. @param {HTMLElement} board @param {LabTools & {onOpenLayer: (entry: number, button: HTMLElement) => void}} options */
export function createLayerControls(board, { i18n, present, onChange, onOpenLayer }) {
	/** @type {HTMLElement[]} */
	let elements = [];
	/** @type {ImageLayer[]} */
	let layers = [];
	let hidden = false; // the opened link hides what changes layers

	/** The button that opens a layer's settings. @param {Column} column @param {string} text @param {string} kind of button */
	function createOpenButton(column, text, kind) {
		const entry = /** @type {number} */ (column.entry);
		const button = h("button", {
			type: "button",
			class: kind,
			"aria-label": i18n.t("images.layer.open", { name: text, layer: entry + 1 }),
			data: { help: `images.${column.kind}.help`, entry: String(entry) },
			on: { click: () => onOpenLayer(entry, button) },
		}, h("span", { text }));
		return button;
	}

	/** Change the number of filters or neurons, starting from the requested layers, so that quick presses add up. @param {number} entry @param {number} direction */
	function changeCount(entry, direction) {
		const config = present();
		const now = config ? layersOf(config) : layers;
		const next = now[entry] && COUNT_FIELDS[now[entry].kind] ? nextCount(now[entry], direction) : null;
		if (next !== null) onChange({ layers: changeLayer(now, entry, { [COUNT_FIELDS[now[entry].kind].field]: next }) });
	}

	/** @param {number} entry @param {number} direction */
	function createCountButton(entry, direction) {
		const layer = layers[entry];
		const words = `images.layer.${direction > 0 ? "more" : "fewer"}.${COUNT_FIELDS[layer.kind].field}`;
		const button = h("button", {
			type: "button",
			class: "icon-button small",
			"aria-label": i18n.t(words, { layer: entry + 1 }),
			on: { click: () => changeCount(entry, direction) },
			data: { counter: `${entry} ${direction}` },
		}, icon(direction > 0 ? "plus" : "minus"));
		button.disabled = nextCount(layer, direction) === null;
		return button;
	}

	/** @param {Column} column @param {ServerState & {images: {layers: MapShape[]}}} server */
	function createHead(column, server) {
		const { entry, kind, drawn, left, columnWidth } = column;
		const name = shortName(i18n, { kind, size: drawn === null ? null : server.images.layers[drawn].size });
		const element = h("div", {
			class: "map-head",
			role: "group",
			"aria-label": shortName(i18n, { kind }),
			style: `left:${left + columnWidth / 2}px`,
		});
		if (entry === null || hidden) {
			element.append(h("span", { class: "map-name", text: name }));
			return element;
		}
		element.append(createOpenButton(column, name, "text-button map-name"));
		if (!COUNT_FIELDS[kind]) return element;
		const number = h("span", { class: "count" });
		setText(number, String(layers[entry][COUNT_FIELDS[kind].field]));
		element.append(h("span", { class: "map-count" }, createCountButton(entry, -1), number, createCountButton(entry, 1)));
		return element;
	}

	/** @param {Column} column @param {number} height */
	function createBar(column, height) {
		const layer = layers[/** @type {number} */ (column.entry)];
		const name = i18n.t(`images.kind.${column.kind}`);
		const rate = layer.rate === undefined ? "" : i18n.number(layer.rate, { style: "percent", maximumFractionDigits: 0 });
		const text = rate ? i18n.t("images.kind.sized", { name, size: rate }) : name;
		const button = hidden ? h("div", { class: "layer-bar", text }) : createOpenButton(column, text, "layer-bar");
		button.style.cssText = `left:${column.left}px;width:${column.columnWidth}px;top:${column.y}px;height:${
			Math.min(column.height, height - column.y - 6)
		}px`;
		return button;
	}

	return {
		/** @param {Column[]} columns @param {ImageLayer[]} next @param {ServerState & {images: {layers: MapShape[]}}} server @param {number} height of the board @param {boolean} hides whether the opened link hides what changes layers */
		update(columns, next, server, height, hides) {
			layers = next;
			hidden = hides;
			const active = /** @type {HTMLElement | null} */ (document.activeElement);
			const focused = board.contains(active) ? active?.dataset.counter ?? active?.dataset.entry : undefined;
			for (const each of elements) each.remove();
			elements = columns.map((column) => column.drawn === null ? createBar(column, height) : createHead(column, server));
			board.append(...elements);
			if (focused === undefined) return;
			const all = elements.flatMap((each) => [each, .../** @type {NodeListOf<HTMLElement>} */ (each.querySelectorAll("button"))]);
			all.find(({ dataset }) => (dataset.counter ?? dataset.entry) === focused)?.focus();
		},
	};
}
