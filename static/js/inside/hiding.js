// Hides elements and shows them again.

/** Set whether an element is hidden, only if it differs: each change has the browser look anew at all that depends on open panels. @param {HTMLElement} element @param {boolean} hidden */
export function setHidden(element, hidden) {
	if (element.hidden !== hidden) element.hidden = hidden;
}
