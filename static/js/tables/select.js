// Creates a select element.
import { h } from "../ui/dom.js";

/** Return a select element. @param {string} name @param {[string, string][]} options value and text of each @param {string} chosen @param {(value: string) => void} onChange */
export function createSelect(name, options, chosen, onChange) {
	const list = h("select", { data: { choice: name } }, ...options.map(([value, text]) => h("option", { value, text })));
	list.value = chosen;
	list.addEventListener("change", () => onChange(list.value));
	return list;
}
