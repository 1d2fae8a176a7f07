// A text field for a number, with a list of usual values.
import { parseNumber } from "./format.js";
import { h } from "./dom.js";

let comboCount = 0;

/** The text field with its list, in an element. */
export class Combo {
	#options;
	#list;
	#input;
	/** The listed values, as elements. */
	#items;
	#current;
	#highlighted = -1; // the item that arrow keys have reached; -1: none

	/** @param {HTMLElement} element @param {ComboOptions} options */
	constructor(element, options) {
		const { id, label, values } = options;
		comboCount += 1;
		this.#options = options;
		this.#current = values[0];
		const list = (this.#list = h("ul", { role: "listbox", id: `combo-list-${comboCount}`, "aria-label": label, hidden: true }));
		this.#input = h("input", {
			id,
			role: "combobox",
			inputmode: "decimal",
			autocomplete: "off",
			spellcheck: "false",
			"aria-autocomplete": "none",
			"aria-expanded": "false",
			"aria-controls": list.id,
		});
		const toggle = h("button", { type: "button", tabindex: "-1", "aria-hidden": "true" });
		this.#items = values.map((value, index) => {
			const on = {
				pointerdown: (/** @type {Event} */ event) => event.preventDefault(), // the field keeps the focus
				click: () => this.#choose(value),
			};
			return h("li", { role: "option", id: `${list.id}-${index}`, text: plain(value), "aria-selected": "false", on });
		});
		list.append(...this.#items);
		element.append(this.#input, toggle, list);
		this.#listen(toggle);
	}

	/** @param {number} value */
	update(value) {
		const input = this.#input;
		if (value === this.#current && input.value !== "") return;
		this.#current = value;
		this.#items.forEach((item, index) => item.setAttribute("aria-selected", String(this.#options.values[index] === value)));
		if (document.activeElement !== input || !this.#isInvalid) input.value = plain(value);
	}

	get #isInvalid() {
		return this.#input.getAttribute("aria-invalid") === "true";
	}

	#mark(/** @type {boolean} */ invalid) {
		this.#input.setAttribute("aria-invalid", String(invalid));
	}

	#listen(/** @type {HTMLElement} */ toggle) {
		const input = this.#input;
		toggle.addEventListener("pointerdown", (event) => {
			event.preventDefault();
			input.focus();
			this.#show(this.#list.hidden === true);
		});
		input.addEventListener("click", () => this.#show(true));
		input.addEventListener("change", () => this.#chooseTyped());
		input.addEventListener("blur", () => {
			this.#show(false);
			if (!this.#isInvalid) return;
			input.value = plain(this.#current);
			this.#mark(false);
		});
		input.addEventListener("keydown", (event) => this.#press(event));
	}

	#press(/** @type {KeyboardEvent} */ event) {
		const closed = this.#list.hidden;
		const { key } = event;
		if (key === "ArrowDown" || key === "ArrowUp") {
			event.preventDefault();
			if (closed) this.#show(true);
			else this.#move(Math.max(0, Math.min(this.#items.length - 1, this.#highlighted + (key === "ArrowDown" ? 1 : -1))));
		} else if (key === "Enter") {
			event.preventDefault();
			if (!closed && this.#highlighted >= 0 && this.#input.value === plain(this.#current)) {
				this.#choose(this.#options.values[this.#highlighted]);
			} else this.#chooseTyped();
		} else if (key === "Escape" && !closed) {
			event.stopPropagation();
			this.#show(false);
			this.#input.value = plain(this.#current);
		}
	}

	#show(/** @type {boolean} */ open) {
		this.#list.hidden = !open;
		this.#input.setAttribute("aria-expanded", String(open));
		if (open) this.#list.scrollIntoView({ block: "nearest" }); // in a panel that scrolls
		this.#move(open ? this.#options.values.indexOf(this.#current) : -1);
	}

	#move(/** @type {number} */ index) {
		this.#highlighted = index;
		this.#items.forEach((item, each) => item.classList.toggle("at", each === index));
		if (index >= 0) this.#input.setAttribute("aria-activedescendant", this.#items[index].id);
		else this.#input.removeAttribute("aria-activedescendant");
	}

	#choose(/** @type {number} */ value) {
		this.#show(false);
		this.#mark(false);
		this.#input.value = plain(value);
		this.#options.onValid();
		if (value === this.#current) return;
		this.update(value); // the next choice is compared with the latest request, which may not be confirmed yet
		this.#options.onChoose(value);
	}

	#chooseTyped() {
		const text = this.#input.value;
		const value = parseNumber(text);
		if (Number.isFinite(value) && this.#options.valid(value)) return this.#choose(value);
		this.#options.onInvalid(text);
		this.#mark(true);
	}
}

/** A number as text: 0.00001, but 1e-8 where there would be more zeros. @param {number} value */
const plain = (value) => (value > 0 && value < 1e-5 ? value.toExponential() : String(value));
