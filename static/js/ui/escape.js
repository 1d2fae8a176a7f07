// Closes open panels by the Escape key, one at a time, wherever the focus is.

/** @type {{element: HTMLElement, close: () => void}[]} */
const panels = [];

function closeTopmost(/** @type {KeyboardEvent} */ event) {
	if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
	const open = panels.filter(({ element }) => !element.hidden);
	(open.find(({ element }) => element.contains(document.activeElement)) ?? open.at(-1))?.close();
}

/**
 * Close a panel when Escape is pressed: the one with the focus, else the last of those that are open. A dialog or a list that takes the
 * key is closed before.
 * @param {HTMLElement} element hidden while the panel is closed @param {() => void} close
 */
export function onEscape(element, close) {
	if (panels.length === 0) document.addEventListener("keydown", closeTopmost);
	panels.push({ element, close });
}
