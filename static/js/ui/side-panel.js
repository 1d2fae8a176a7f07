// Side panels beside the lab, in place of the data; one is open at a time.
import { h } from "./dom.js";
import { onEscape } from "./escape.js";
import { icon } from "./icons.js";

/** All side panels. @type {{element: HTMLElement, close: (returns: boolean) => void}[]} */
const panels = [];
const CLOSING_PLACES = '[data-action="advanced"], .article'; // a press there closes it: the settings take its place, and the article stands below the lab

/** Close them all; the focus stays where it is. */
export const closePanels = () => panels.forEach(({ close }) => close(false));

/**
 * Make an element a side panel: add its head, and return the function that opens and closes it.
 * @param {HTMLElement} element
 * @param {SidePanelOptions} options
 */
export function createSidePanel(element, { i18n, title, onOpen, onLeave }) {
	/** The button that opened it. @type {HTMLElement | null} */
	let opener = null;
	const closeButton = h(
		"button",
		{ type: "button", class: "icon-button small", "aria-label": i18n.t("inside.close"), on: { click: () => leave(true) } },
		icon("close"),
	);
	element.append(h("header", { class: "inside-head" }, h("h2", { text: title }), closeButton));

	/** @param {boolean} returns whether the focus goes back to the button that opened the panel */
	function leave(returns) {
		if (element.hidden) return;
		element.hidden = true;
		opener?.setAttribute("aria-expanded", "false");
		onLeave();
		if (returns) opener?.focus();
	}
	panels.push({ element, close: leave });
	onEscape(element, () => leave(element.contains(document.activeElement)));
	document.addEventListener("click", ({ target }) => {
		if (target instanceof Element && target.closest(CLOSING_PLACES) && !(opener && opener.contains(target))) leave(false);
	});

	return {
		/** Open the panel, or close it if that button has opened it. @param {HTMLElement} button */
		toggle(button) {
			if (!element.hidden) {
				const isSameButton = button === opener;
				leave(false);
				if (isSameButton) return;
			}
			closePanels();
			opener = button;
			onOpen();
			element.hidden = false;
			opener.setAttribute("aria-expanded", "true");
			element.focus();
		},
	};
}
