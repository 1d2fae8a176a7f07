// Hides elements and shows them again.

/** Set whether an element is hidden. Write only a different value, since each write makes the browser restyle all that depends on open panels. @param {HTMLElement} element @param {boolean} hidden */
export function setHidden(element, hidden) {
	if (element.hidden !== hidden) element.hidden = hidden;
}
