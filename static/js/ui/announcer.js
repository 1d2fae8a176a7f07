// Reads to those who cannot see what a key has reached in a picture.
import { h } from "./dom.js";

/** A live text that nobody sees: it is read out once for each key, and not again when training changes the value. */
export function createAnnouncer() {
	const element = h("span", { class: "visually-hidden", role: "status", "aria-live": "polite" });
	let due = false;
	return {
		element,
		/** A key has asked for a reading. */
		ask: () => void (due = true),
		/** Tell the reading, if one is asked for and there is one. @param {string} text */
		tell(text) {
			if (!due || !text) return;
			due = false;
			element.textContent = text;
		},
		/** Forget what was asked and told. */
		clear() {
			due = false;
			element.textContent = "";
		},
	};
}
