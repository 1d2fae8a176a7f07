// The dialog that lists the keyboard shortcuts.
import { h, one } from "../ui/dom.js";

/** Return the dialog. @param {HTMLDialogElement} dialog @param {{i18n: I18n, keys: () => {shown: string, words: string}[]}} options */
export function createKeySheet(dialog, { i18n, keys }) {
	const list = one("#keys", dialog);
	const row = (/** @type {{shown: string, words: string}} */ { shown, words }) => {
		const name = h("dt", {});
		for (const each of shown.split(" ")) {
			name.append(h("kbd", { text: i18n.has?.(`keys.name.${each}`) ? i18n.t(`keys.name.${each}`) : each }), " ");
		}
		return [name, h("dd", { text: i18n.t(words) })];
	};
	dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
	return {
		open() {
			list.replaceChildren(...keys().flatMap(row));
			dialog.showModal();
		},
	};
}
