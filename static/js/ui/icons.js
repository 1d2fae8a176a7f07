// Icons for elements that scripts make: copies of those in the page (`icon_store` in templates/icons.html).
import { h } from "./dom.js";

/** Return a new copy of an icon; an empty element if this page has no such icon. @param {string} name @returns {Element} */
export function icon(name) {
	const template = document.querySelector(`#icons [data-icon="${name}"] .icon`);
	return template ? /** @type {Element} */ (template.cloneNode(true)) : h("span");
}
