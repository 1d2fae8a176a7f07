// A text field for a number, with a list of usual values.
import { typed } from "./format.js";
import { h } from "./dom.js";

let made = 0;

/**
 * @param {HTMLElement} element
 * @param {{id: string, label: string, values: number[], valid: (value: number) => boolean, onChoose: (value: number) => void, onValid: () => void, onInvalid: (text: string) => void}} options
 */
export function createCombo(element, { id, label, values, valid, onChoose, onValid, onInvalid }) {
	made += 1;
	const list = h("ul", { role: "listbox", id: `combo-list-${made}`, "aria-label": label, hidden: true });
	const input = h("input", {
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
	const options = values.map((value, index) => {
		const option = h("li", { role: "option", id: `${list.id}-${index}`, text: String(plain(value)), "aria-selected": "false" });
		option.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
		option.addEventListener("click", () => choose(value));
		list.append(option);
		return option;
	});
	element.append(input, toggle, list);

	let current = values[0];
	let at = -1;

	function show(/** @type {boolean} */ open) {
		list.hidden = !open;
		input.setAttribute("aria-expanded", String(open));
		if (open) list.scrollIntoView({ block: "nearest" }); // in a panel that scrolls
		move(open ? values.indexOf(current) : -1);
	}

	function move(/** @type {number} */ index) {
		at = index;
		options.forEach((option, each) => option.classList.toggle("at", each === at));
		if (at >= 0) input.setAttribute("aria-activedescendant", options[at].id);
		else input.removeAttribute("aria-activedescendant");
	}

	function choose(/** @type {number} */ value) {
		show(false);
		input.setAttribute("aria-invalid", "false");
		input.value = plain(value);
		onValid();
		if (value !== current) onChoose(value);
	}

	function take() {
		const value = typed(input.value);
		if (Number.isFinite(value) && valid(value)) choose(value);
		else {
			onInvalid(input.value);
			input.setAttribute("aria-invalid", "true");
		}
	}

	toggle.addEventListener("pointerdown", (event) => {
		event.preventDefault();
		input.focus();
		show(list.hidden === true);
	});
	input.addEventListener("click", () => show(true));
	input.addEventListener("change", take);
	input.addEventListener("blur", () => {
		show(false);
		if (input.getAttribute("aria-invalid") === "true") {
			input.value = plain(current);
			input.setAttribute("aria-invalid", "false");
		}
	});
	input.addEventListener("keydown", (event) => {
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			event.preventDefault();
			if (list.hidden) show(true);
			else move(Math.max(0, Math.min(options.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
		} else if (event.key === "Enter") {
			event.preventDefault();
			if (!list.hidden && at >= 0 && input.value === plain(current)) choose(values[at]);
			else take();
		} else if (event.key === "Escape" && !list.hidden) {
			event.stopPropagation();
			show(false);
			input.value = plain(current);
		}
	});

	return {
		/** @param {number} value */
		update(value) {
			if (value === current && input.value !== "") return;
			current = value;
			options.forEach((option, index) => option.setAttribute("aria-selected", String(values[index] === value)));
			if (document.activeElement !== input || input.getAttribute("aria-invalid") !== "true") input.value = plain(value);
		},
	};
}

/** A number as text: 0.00001, but 1e-8 where there would be more zeros. @param {number} value */
const plain = (value) => (value > 0 && value < 1e-5 ? value.toExponential() : String(value));
