// A bottom sheet: on small screens the lesson is at the foot of the window, pulled up to be read and down to see the lab.
import { one } from "../ui/dom.js";

const SHEET_WINDOWS = "(max-width: 999px), (max-height: 599px)";
const MIN_DRAG = 24; // pixels

/**
 * Make a panel a bottom sheet; it goes down while the advanced settings are open.
 * @param {HTMLElement} element the panel @param {HTMLElement} handle is dragged up or down @param {HTMLButtonElement} button raises or lowers it by a click
 */
export function createSheet(element, handle, button) {
	const small = matchMedia(SHEET_WINDOWS);
	let from = 0;
	/** @type {number | null} */
	let pointer = null;

	/** @param {boolean} up */
	function setRaised(up) {
		element.classList.toggle("down", !up);
		button.setAttribute("aria-expanded", String(up));
	}
	button.addEventListener("click", () => setRaised(element.classList.contains("down")));
	handle.addEventListener("pointerdown", (event) => {
		if (!small.matches || (event.target instanceof Element && event.target.closest("a, button"))) return;
		[from, pointer] = [event.clientY, event.pointerId];
		handle.setPointerCapture(pointer);
	});
	handle.addEventListener("pointerup", (event) => {
		if (event.pointerId !== pointer) return;
		pointer = null;
		const moved = event.clientY - from;
		if (Math.abs(moved) < MIN_DRAG) setRaised(element.classList.contains("down"));
		else setRaised(moved < 0);
	});
	handle.addEventListener("pointercancel", () => void (pointer = null));
	let wasRaised = false; // before the advanced settings opened, which the sheet would cover
	const advanced = one("#advanced");
	new MutationObserver(() => {
		if (!small.matches) return;
		if (advanced.hidden) return void (wasRaised && setRaised(true));
		wasRaised = !element.classList.contains("down");
		setRaised(false);
	}).observe(advanced, { attributes: true, attributeFilter: ["hidden"] });
	return { raise: () => setRaised(true) };
}
