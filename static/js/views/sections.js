// The way from the lab and from the help to a part of the article.
import { prefersStill } from "../ui/dom.js";

/** Scroll to a section and give its heading the focus. The address does not change: its hash is the state. @param {string} id */
export function showSection(id) {
	const section = document.getElementById(id);
	const heading = section?.querySelector("h2");
	if (!section || !heading) return;
	section.scrollIntoView({ behavior: prefersStill() ? "auto" : "smooth" });
	heading.tabIndex = -1;
	heading.focus({ preventScroll: true });
}
