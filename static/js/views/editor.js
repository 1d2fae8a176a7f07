// The small panel that shows and edits a weight, a bias, or all weights and the bias of a neuron. It stands over the data, which nobody
// needs to see while editing; on a phone at the lower edge.
import { exact, parseNumber } from "../ui/format.js";
import { biasIndex, weightIndex } from "../state/parameters.js";
import { h } from "../ui/dom.js";
import { onEscape } from "../ui/escape.js";
import { icon } from "../ui/icons.js";
import { featureText, nodeName } from "./naming.js";

const MAX_WEIGHT = 1e6; // in magnitude; the server refuses larger ones

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
function createRow(name, read, write, onInvalid) {
	const input = h("input", { inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": name.textContent });
	const entry = { read, input, shown: "" };
	showValue(entry);
	const writeTyped = () => {
		const value = parseNumber(input.value);
		const isValid = Math.abs(value) <= MAX_WEIGHT;
		input.setAttribute("aria-invalid", String(!isValid));
		if (!isValid) onInvalid(input.value);
		else if (exact(Math.fround(value)) !== exact(read())) {
			write(value);
			entry.shown = input.value; // from now on the field follows the training again
			input.classList.remove("flash");
			void input.offsetWidth; // restarts the flash
			input.classList.add("flash");
		}
	};
	input.addEventListener("change", writeTyped);
	input.addEventListener("keydown", (event) => event.key === "Enter" && (writeTyped(), input.select()));
	input.addEventListener("blur", () => {
		if (input.getAttribute("aria-invalid") !== "true") return;
		input.setAttribute("aria-invalid", "false");
		showValue(entry);
	});
	return entry;
}

/** The title of the editor, and the button that closes it. @param {I18n} i18n @param {string} title @param {() => void} close */
function createHead(i18n, title, close) {
	const cross = { type: "button", class: "icon-button small", "aria-label": i18n.t("share.close"), on: { click: close } };
	return h("header", { class: "dialog-head" }, h("h3", { text: title }), h("button", cross, icon("close")));
}

/** Return a key that differs between networks of different nodes. @param {ReadyPage} page */
const keyOf = ({ server: { shape, config } }) => JSON.stringify([shape, config.features]);

/** The editor in an element. */
export class Editor {
	#element;
	#options;
	#touchScreen = window.matchMedia("(pointer: coarse)");
	/** @type {ReadyPage | null} */
	#page = null;
	/** @type {Row[]} */
	#rows = [];
	/** The network for which the rows were made. */
	#shapeKey = "";
	/** @type {HTMLElement | null} */
	#opener = null;

	/** @param {HTMLElement} element @param {EditorOptions} options */
	constructor(element, options) {
		this.#element = element;
		this.#options = options;
		onEscape(element, () => this.close());
		document.addEventListener("pointerdown", (event) => {
			if (!element.contains(/** @type {Node} */ (event.target))) this.close();
		});
	}

	/** @param {EditorSubject} subject @param {HTMLElement | null} [opener] gets the focus when the editor closes */
	open(subject, opener = null) {
		if (!this.#page) return;
		const { i18n, catalogue } = this.#options;
		const title = nodeName(i18n, subject, this.#page.server.shape, catalogue.features);
		this.#shapeKey = keyOf(this.#page);
		this.#opener = opener;
		const body = this.#createRows(subject, this.#page.server);
		const head = createHead(i18n, title, () => this.close());
		this.#element.replaceChildren(head, body, h("p", { class: "quiet", text: i18n.t("edit.help") }));
		this.#element.setAttribute("aria-label", title);
		this.#element.hidden = false;
		if (this.#touchScreen.matches) return; // focus would open the keyboard of a touch screen
		this.#rows[0]?.input.focus({ preventScroll: true });
		this.#rows[0]?.input.select();
	}

	close() {
		if (this.#element.hidden) return;
		const inside = this.#element.contains(document.activeElement);
		this.#element.hidden = true;
		this.#rows = [];
		if (inside) this.#opener?.focus({ preventScroll: true });
		this.#options.onClose();
	}

	/** Show the current values, except in a field that somebody types in. @param {PageState} next */
	update(next) {
		this.#page = next.server && /** @type {ReadyPage} */ (next);
		if (this.#element.hidden || !this.#page) return;
		if (this.#shapeKey !== keyOf(this.#page)) {
			this.close();
			return;
		}
		for (const entry of this.#rows) {
			const { read, input, shown } = entry;
			if (input.value !== shown || !this.#page.parameters || shown === exact(read())) continue;
			showValue(entry);
			if (document.activeElement === input) input.select();
		}
	}

	/** Create the rows of a weight, a neuron or a bias. @param {EditorSubject} subject @param {ServerState} server @returns {HTMLElement} */
	#createRows({ layer, neuron, source, only }, { shape, layout, config }) {
		const { i18n, catalogue: { features }, onWeight, onBias } = this.#options;
		const sourceName = (/** @type {number} */ each) =>
			layer === 1 ? featureText(config.features[each]) : nodeName(i18n, { layer: layer - 1, neuron: each }, shape, features);
		const body = h("div", { class: "editor-rows" });
		this.#rows = [];
		const add = (/** @type {string} */ text, /** @type {number} */ index, /** @type {(value: number) => void} */ write) => {
			const name = h("span", { text });
			const row = createRow(name, () => this.#page?.parameters?.[index] ?? 0, write, this.#options.onInvalid);
			this.#rows.push(row);
			body.append(name, row.input);
		};
		const sources = only ? [] : source === undefined ? Array.from({ length: shape[layer - 1] }, (_, each) => each) : [source];
		for (const each of sources) {
			const text = i18n.t("readout.from", { source: sourceName(each) });
			add(text, weightIndex(layout, layer, each, neuron), (value) => onWeight({ layer, source: each, neuron, value }));
		}
		if (source !== undefined) return body;
		add(i18n.t("control.bias.label"), biasIndex(layout, layer, neuron), (value) => onBias({ layer, neuron, value }));
		return body;
	}
}
