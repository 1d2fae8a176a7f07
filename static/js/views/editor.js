// The small panel that shows and edits a weight, a bias, or all weights and the bias of a neuron.
import { exact, typed } from "../ui/format.js";
import { biasIndex, weightIndex } from "../state/parameters.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { featureText, nodeName } from "./naming.js";

const LARGEST = 1e6; // magnitude of a weight that the server accepts

/** A parameter's field; `shown` is the text as long as nobody has typed. @typedef {{read: () => number, input: HTMLInputElement, shown: string}} Row */

function showValue(/** @type {Row} */ entry) {
	entry.shown = exact(entry.read());
	entry.input.value = entry.shown;
}

/**
 * A field for a parameter: follows its value until somebody types, and writes what is typed.
 * @param {HTMLElement} name @param {() => number} read @param {(value: number) => void} write @param {(text: string) => void} onInvalid
 * @returns {Row}
 */
function makeRow(name, read, write, onInvalid) {
	const input = h("input", { inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": name.textContent });
	const entry = { read, input, shown: "" };
	showValue(entry);
	const take = () => {
		const value = typed(input.value);
		const good = Math.abs(value) <= LARGEST;
		input.setAttribute("aria-invalid", String(!good));
		if (!good) onInvalid(input.value);
		else if (exact(Math.fround(value)) !== exact(read())) {
			write(value);
			entry.shown = input.value; // from now on the field follows the training again
			input.classList.remove("flash");
			void input.offsetWidth; // starts the flash anew
			input.classList.add("flash");
		}
	};
	input.addEventListener("change", take);
	input.addEventListener("keydown", (event) => event.key === "Enter" && (take(), input.select()));
	input.addEventListener("blur", () => {
		if (input.getAttribute("aria-invalid") !== "true") return;
		input.setAttribute("aria-invalid", "false");
		showValue(entry);
	});
	return entry;
}

/** The title of the editor, and the button that closes it. @param {I18n} i18n @param {string} title @param {() => void} close */
function makeHead(i18n, title, close) {
	const cross = { type: "button", class: "icon-button small", "aria-label": i18n.t("share.close"), on: { click: close } };
	return h("header", { class: "dialog-head" }, h("h3", { text: title }), h("button", cross, icon("close")));
}

/** Put an element beside a place of the window, within the window. @param {HTMLElement} element @param {Place} at */
function placeAt(element, { x, y }) {
	const { scrollX, scrollY, innerHeight } = window;
	const right = scrollX + document.documentElement.clientWidth - element.offsetWidth - 8;
	const bottom = scrollY + innerHeight - element.offsetHeight - 8;
	element.style.left = `${Math.max(8, Math.min(x + scrollX + 12, right))}px`;
	element.style.top = `${Math.max(scrollY + 8, Math.min(y + scrollY, bottom))}px`;
}

/** @param {HTMLElement} element @param {EditorOptions} options */
export function createEditor(element, { i18n, catalogue, onWeight, onBias, onClose, onInvalid }) {
	const touch = window.matchMedia("(pointer: coarse)");
	/** @type {ReadyPage} */
	let model;
	/** @type {Row[]} */
	let rows = [];
	let shapeKey = "";
	/** @type {HTMLElement | null} */
	let opener = null;

	const keyOf = () => JSON.stringify([model.server.shape, model.server.config.features]);

	/** Add a name and a field for the parameter at `index`. @param {HTMLElement} body @param {string} text @param {number} index @param {(value: number) => void} write */
	function addRow(body, text, index, write) {
		const name = h("span", { text });
		const row = makeRow(name, () => model.parameters?.[index] ?? 0, write, onInvalid);
		rows.push(row);
		body.append(name, row.input);
	}

	function open(/** @type {EditorSubject} */ subject, /** @type {Place} */ at, /** @type {HTMLElement | null} */ from = null) {
		const { shape, layout, config } = model.server;
		const { layer, neuron, source } = subject;
		const title = nodeName(i18n, subject, shape, catalogue.features);
		const sourceName = (/** @type {number} */ each) =>
			layer === 1 ? featureText(config.features[each]) : nodeName(i18n, { layer: layer - 1, neuron: each }, shape, catalogue.features);
		rows = [];
		shapeKey = keyOf();
		opener = from;
		const sources = subject.only ? [] : source === undefined ? Array.from({ length: shape[layer - 1] }, (_, each) => each) : [source];
		const body = h("div", { class: "editor-rows" });
		for (const each of sources) {
			const text = i18n.t("readout.from", { source: sourceName(each) });
			addRow(body, text, weightIndex(layout, layer, each, neuron), (value) => onWeight({ layer, source: each, neuron, value }));
		}
		if (source === undefined) {
			addRow(body, i18n.t("control.bias.label"), biasIndex(layout, layer, neuron), (value) => onBias({ layer, neuron, value }));
		}
		element.replaceChildren(makeHead(i18n, title, close), body, h("p", { class: "quiet", text: i18n.t("edit.help") }));
		element.setAttribute("aria-label", title);
		element.hidden = false;
		placeAt(element, at);
		if (touch.matches) return; // focus would open the keyboard of a touch screen
		rows[0]?.input.focus({ preventScroll: true });
		rows[0]?.input.select();
	}

	function close() {
		if (element.hidden) return;
		const inside = element.contains(document.activeElement);
		element.hidden = true;
		rows = [];
		if (inside) opener?.focus({ preventScroll: true });
		onClose();
	}

	element.addEventListener("keydown", (event) => {
		if (event.key !== "Escape") return;
		event.stopPropagation();
		close();
	});
	document.addEventListener("pointerdown", (event) => {
		if (!element.contains(/** @type {Node} */ (event.target))) close();
	});

	return {
		open,
		close,
		/** Show the current values, except in a field that somebody types in. @param {PageState} next */
		update(next) {
			model = /** @type {ReadyPage} */ (next);
			if (element.hidden || !next.server) return;
			if (shapeKey !== keyOf()) {
				close();
				return;
			}
			for (const entry of rows) {
				const { read, input, shown } = entry;
				if (input.value !== shown || !model.parameters || shown === exact(read())) continue;
				showValue(entry);
				if (document.activeElement === input) input.select();
			}
		},
	};
}
