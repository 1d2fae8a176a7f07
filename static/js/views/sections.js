// The way from the lab and from the help to a part of the article.
import { prefersStill } from "../ui/dom.js";

/** Make the page's buttons with `data-section` lead to the sections that they name. */
export function createSectionLinks() {
	for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-section]"))) {
		button.addEventListener("click", () => {
			button.closest("dialog")?.close();
			showSection(button.dataset.section ?? "");
		});
	}
}

/** Scroll to a section and give its heading the focus. The address does not change: its hash is the state. @param {string} id */
function showSection(id) {
	const section = document.getElementById(id);
	const heading = section?.querySelector("h2");
	if (!section || !heading) return;
	section.scrollIntoView({ behavior: prefersStill() ? "auto" : "smooth" });
	heading.tabIndex = -1;
	heading.focus({ preventScroll: true });
	stayAt(section, heading);
}

/** Parts of the article are made when they come near and move what is below: scroll again until the reader does something. @param {HTMLElement} section @param {HTMLElement} heading */
function stayAt(section, heading) {
	const watching = new ResizeObserver(() => document.activeElement === heading && section.scrollIntoView());
	watching.observe(document.body);
	for (const event of ["wheel", "touchmove", "pointerdown", "keydown"]) {
		addEventListener(event, () => watching.disconnect(), { once: true, passive: true });
	}
}
