// On small screens the lesson is a sheet at the foot of the window, which is pulled up to be read and down to see the lab.
import { one } from "../ui/dom.js";

const SHEET_WINDOWS = "(max-width: 999px), (max-height: 599px)";
const MIN_DRAG = 24; // pixels

/** @param {HTMLElement} element the lesson, which goes down while more settings are open @param {HTMLElement} handle pulls it @param {HTMLButtonElement} button does the same */
export function createSheet(element, handle, button) {
	const small = matchMedia(SHEET_WINDOWS);
	let from = 0;
	/** @type {number | null} */
	let pointer = null;

	/** @param {boolean} up */
	function set(up) {
		element.classList.toggle("down", !up);
		button.setAttribute("aria-expanded", String(up));
	}
	button.addEventListener("click", () => set(element.classList.contains("down")));
	handle.addEventListener("pointerdown", (event) => {
		if (!small.matches || (event.target instanceof Element && event.target.closest("a, button"))) return;
		[from, pointer] = [event.clientY, event.pointerId];
		handle.setPointerCapture(pointer);
	});
	handle.addEventListener("pointerup", (event) => {
		if (event.pointerId !== pointer) return;
		pointer = null;
		const moved = event.clientY - from;
		if (Math.abs(moved) < MIN_DRAG) set(element.classList.contains("down"));
		else set(moved < 0);
	});
	handle.addEventListener("pointercancel", () => void (pointer = null));
	let wasUp = false; // before more settings opened, which the sheet would cover
	const more = one("#advanced");
	new MutationObserver(() => {
		if (!small.matches) return;
		if (more.hidden) return void (wasUp && set(true));
		wasUp = !element.classList.contains("down");
		set(false);
	}).observe(more, { attributes: true, attributeFilter: ["hidden"] });
	return { up: () => set(true) };
}
