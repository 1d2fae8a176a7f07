// Announces to screen readers what a key has reached in a picture.
import { h } from "./dom.js";

/** Return a hidden live region. It announces one text for each key press, and not again when training changes the value. */
export function createAnnouncer() {
	const element = h("span", { class: "visually-hidden", role: "status", "aria-live": "polite" });
	let isExpected = false;
	return {
		element,
		/** Note that a key was pressed: the next text is announced. */
		expect: () => void (isExpected = true),
		/** Announce a text if one is expected and it is not empty. @param {string} text */
		announce(text) {
			if (!isExpected || !text) return;
			isExpected = false;
			element.textContent = text;
		},
		/** Expect nothing, and empty the live region. */
		clear() {
			isExpected = false;
			element.textContent = "";
		},
	};
}
