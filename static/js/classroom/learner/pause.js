// The pause of a class on a learner's page: a note replaces the time controls.
import { h, one, setText } from "../../ui/dom.js";

const TRAINING_ACTIONS = ["play", "stepEpoch", "stepBatch"];

/**
 * Create the note. While the class is paused, it replaces the time controls, and their keys do nothing; `onPressed` is called when one of them, or
 * the note, is pressed.
 * @param {{i18n: I18n, actionOf: (event: KeyboardEvent) => string | null, onPressed: () => void}} options
 */
export function createPause({ i18n, actionOf, onPressed }) {
	const transport = one(".transport");
	const note = h("p", { class: "room-paused", hidden: true }, h("span", { text: i18n.t("room.paused.title") }));
	const status = h("p", { class: "visually-hidden", role: "status" });
	transport.append(note);
	transport.after(status);
	note.addEventListener("click", onPressed);
	let isPaused = false;
	window.addEventListener(
		"keydown",
		(event) => {
			if (!isPaused || !TRAINING_ACTIONS.includes(actionOf(/** @type {KeyboardEvent} */ (event)) ?? "")) return;
			event.preventDefault();
			event.stopImmediatePropagation();
			if (!event.repeat) onPressed();
		},
		true,
	);
	return {
		update(/** @type {boolean} */ paused) {
			if (paused === isPaused) return;
			isPaused = paused;
			const focused = /** @type {HTMLElement | null} */ (document.activeElement);
			if (paused && transport.contains(focused)) focused?.blur(); // otherwise the browser still sends keys to it until the next paint
			note.hidden = !paused;
			setText(status, paused ? i18n.t("room.paused.message") : i18n.t("room.paused.over"));
			for (const each of transport.children) {
				if (each !== note && !each.classList.contains("epoch")) /** @type {HTMLElement} */ (each).inert = paused;
			}
		},
	};
}
