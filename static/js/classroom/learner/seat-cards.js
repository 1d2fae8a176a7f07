// Cards over the playground: a hint of the teacher, and the question whether the teacher may change settings.
import { h } from "../../ui/dom.js";
import { renderText } from "../shared/rich-text.js";

/** Add the cards to an element. @param {HTMLElement} element @param {{i18n: I18n, onHintSeen: () => void, onAgree: (yes: boolean) => void}} options */
export function createSeatCards(element, { i18n, onHintSeen, onAgree }) {
	const button = (/** @type {string} */ text, /** @type {() => void} */ click, look = "") =>
		h("button", { type: "button", class: `text-button ${look}`, text: i18n.t(text), on: { click } });
	const card = (/** @type {string} */ name, /** @type {Node[]} */ ...children) => {
		const cardElement = h("div", { class: `message room-card ${name}`, hidden: true }, ...children);
		element.append(cardElement);
		return cardElement;
	};

	const words = h("div", { class: "room-words" });
	/** @type {number | null} */
	let closedHint = null; // time of the hint that the learner closed last, in seconds
	/** @type {number | null} */
	let shownHint = null; // time of the teacher's latest hint
	const hint = card(
		"hint",
		h("div", {}, h("strong", { text: i18n.t("room.hint.title") }), words),
		button("room.hint.close", () => {
			closedHint = shownHint;
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
		/** Show the closed hint again. */
		reopenHint() {
			closedHint = null;
			hint.hidden = shownHint === null;
		},

		/** @param {OwnSeat} seat */
		update(seat) {
			const at = seat.hint?.at ?? null;
			if (seat.hint && at !== shownHint) renderText(words, seat.hint.text);
			shownHint = at;
			hint.hidden = at === null || at === closedHint;
			question.hidden = !seat.asked || Boolean(seat.agreed);
			agreed.hidden = !seat.agreed;
		},
	};
}
