// What selects on the page have in common: their options, and what help says about the one that is chosen.
import { h } from "./dom.js";

/** Give a select exactly these choices. @param {HTMLSelectElement} select @param {string[]} choices @param {(choice: string) => string} name */
export function offer(select, choices, name) {
	const key = choices.join();
	if (select.dataset.choices === key) return;
	select.dataset.choices = key;
	select.replaceChildren(...choices.map((value) => h("option", { value, text: name(value) })));
}

/** Let the help of a label describe the current choice. @param {HTMLElement} label @param {string} words @param {string} choice */
export function hintAt(label, words, choice) {
	label.dataset.chosen = `choice.${words}.${choice}`;
	label.dataset.hint = `hint.${words}.${choice}`;
}
