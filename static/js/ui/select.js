// Options of select elements, and the help of the chosen option.
import { h } from "./dom.js";

/** Set the options of a select element, if they differ. @param {HTMLSelectElement} select @param {string[]} choices @param {(choice: string) => string} name */
export function setOptions(select, choices, name) {
	const key = choices.join();
	if (select.dataset.choices === key) return;
	select.dataset.choices = key;
	select.replaceChildren(...choices.map((value) => h("option", { value, text: name(value) })));
}

/** Have the help of a label describe the chosen option. @param {HTMLElement} label @param {string} words @param {string} choice */
export function showChoiceHint(label, words, choice) {
	label.dataset.chosen = `choice.${words}.${choice}`;
	label.dataset.hint = `hint.${words}.${choice}`;
}
