// Cards over the playground: a hint of the teacher, and the question whether the teacher may change settings.
import { h } from "../../ui/dom.js";
import { renderText } from "../shared/rich-text.js";

/** @param {HTMLElement} element @param {{i18n: I18n, onHintSeen: () => void, onAgree: (yes: boolean) => void}} options */
export function createSeatCards(element, { i18n, onHintSeen, onAgree }) {
	const button = (/** @type {string} */ text, /** @type {() => void} */ click, look = "") =>
		h("button", { type: "button", class: `text-button ${look}`, text: i18n.t(text), on: { click } });
	const card = (/** @type {string} */ name, /** @type {Node[]} */ ...children) => {
		const made = h("div", { class: `message room-card ${name}`, hidden: true }, ...children);
		element.append(made);
		return made;
	};

	const words = h("div", { class: "room-words" });
	/** @type {number | null} */
	let closed = null; // when the hint that the learner closed was given
	/** @type {number | null} */
	let current = null;
	const hint = card(
		"hint",
		h("div", {}, h("strong", { text: i18n.t("room.hint.title") }), words),
		button("room.hint.close", () => {
			closed = current;
			hint.hidden = true;
			onHintSeen();
		}),
	);
	const question = card(
		"question",
		h("span", { text: i18n.t("room.ask.text") }),
		button("room.ask.yes", () => onAgree(true), "accent"),
		button("room.ask.no", () => onAgree(false)),
	);
	const agreed = card("agreed", h("span", { text: i18n.t("room.ask.agreed") }), button("room.ask.stop", () => onAgree(false)));

	return {
		/** Show a closed hint again. */
		again() {
			closed = null;
			hint.hidden = current === null;
		},

		/** @param {OwnSeat} seat */
		update(seat) {
			const at = seat.hint?.at ?? null;
			if (seat.hint && at !== current) renderText(words, seat.hint.text);
			current = at;
			hint.hidden = at === null || at === closed;
			question.hidden = !seat.asked || Boolean(seat.agreed);
			agreed.hidden = !seat.agreed;
		},
	};
}
