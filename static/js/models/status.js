// The status line of the dialog: a message, and buttons for what can be done about it.
import { h, setText } from "../ui/dom.js";

/** A choice that a message offers. @typedef {{label: string, act: () => void, name?: string}} Choice */

/** Return the status line. */
export function createStatus() {
	const words = h("span");
	const element = h("p", { class: "models-status", role: "status", tabindex: -1 }, words);
	return {
		element,
		/** @param {string} text @param {Choice[]} choices */
		show(text, ...choices) {
			setText(words, text);
			const buttons = choices.map(({ label, act, name = "" }) =>
				h("button", { type: "button", class: "text-button", text: label, data: { choice: name }, on: { click: act } })
			);
			const hadFocus = element.contains(document.activeElement); // the choice that was taken is gone
			element.replaceChildren(words, ...buttons);
			if (hadFocus) element.focus();
		},
	};
}
