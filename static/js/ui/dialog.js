// A dialog with a title, which a cross, Escape or a click beside it closes.
import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * A button with a text, and an icon before it.
 * @param {string} text @param {() => void} act @param {{icon?: string, class?: string, [rest: string]: unknown}} [options]
 */
export function button(text, act, { icon: picture, class: kind = "", ...rest } = {}) {
	const made = h("button", { type: "button", class: `text-button ${kind}`.trim(), on: { click: act }, ...rest });
	if (picture) made.append(icon(picture));
	made.append(h("span", { text }));
	return made;
}

/** A labelled control. @param {string} text @param {HTMLElement} control @param {string} [kind] */
export function labelled(text, control, kind = "field") {
	return h("label", { class: kind }, h("span", { class: "label", text }), control);
}

/** A labelled checkbox. @param {string} text @param {boolean} [checked] @returns {{element: HTMLElement, box: HTMLInputElement}} */
export function tick(text, checked = false) {
	const box = h("input", { type: "checkbox" });
	box.checked = checked;
	return { element: h("label", { class: "toggle" }, box, h("span", { text })), box };
}

/** Move messages into the open dialog: everything else is behind its backdrop. */
function bringMessages() {
	const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
	const messages = document.getElementById("messages");
	if (messages && messages.parentElement !== place) place.append(messages);
}

/** Close the dialog on top where the browser does not: once the element with the focus is gone, Escape reaches the page alone. */
function closeWithoutFocus(/** @type {KeyboardEvent} */ event) {
	if (event.key !== "Escape" || event.defaultPrevented || document.activeElement !== document.body) return;
	const open = [...document.querySelectorAll("dialog[open]")].at(-1);
	if (!(open instanceof HTMLDialogElement)) return;
	event.preventDefault(); // or it would close the one below as well
	open.close();
}

/**
 * Create a dialog, closed.
 * @param {I18n} i18n @param {string} title @param {{class?: string}} [options]
 */
export function createDialog(i18n, title, { class: kind = "" } = {}) {
	const heading = h("h2", { text: title });
	const body = h("div", { class: "dialog-body" });
	const foot = h("div", { class: "dialog-foot" });
	const close = h("button", {
		type: "button",
		class: "icon-button small",
		"aria-label": i18n.t("share.close"),
		on: { click: () => dialog.close() },
	}, icon("close"));
	const dialog = h(
		"dialog",
		{ class: `dialog ${kind}`.trim(), "aria-label": title },
		h("header", { class: "dialog-head" }, heading, close),
		body,
		foot,
	);
	let pressed = false; // so that selecting text beyond the edge does not close the dialog
	dialog.addEventListener("pointerdown", (event) => (pressed = event.target === dialog));
	dialog.addEventListener("click", (event) => event.target === dialog && pressed && dialog.close());
	dialog.addEventListener("close", bringMessages);
	document.body.append(dialog);
	document.addEventListener("keydown", closeWithoutFocus); // adding it again changes nothing
	return {
		dialog,
		body,
		foot,
		open() {
			if (!dialog.open) dialog.showModal();
			bringMessages();
		},
		close: () => dialog.close(),
	};
}
