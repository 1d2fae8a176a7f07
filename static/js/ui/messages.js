// Messages over the page, one of each kind at a time.
import { h } from "./dom.js";
import { icon } from "./icons.js";

const BRIEF_DURATION = 5000; // milliseconds

/** Return the messages in an element. @param {HTMLElement} element @param {{i18n: I18n}} options */
export function createMessages(element, { i18n }) {
	/** @type {Map<string, ShownMessage>} */
	const shown = new Map();

	function remove(/** @type {string} */ kind) {
		const message = shown.get(kind);
		if (!message) return;
		clearTimeout(message.timer);
		message.box.remove();
		shown.delete(kind);
	}

	return {
		remove,
		/** @param {string} kind a new message replaces the last one of its kind @param {string} text @param {MessageOptions} [options] */
		show(kind, text, { warn = false, brief = false, action } = {}) {
			if (shown.get(kind)?.text === text && !brief) return;
			remove(kind);
			const box = h("div", { class: warn ? "message warn" : "message" }, h("span", { text }));
			if (action) {
				const act = () => {
					remove(kind);
					action.act();
				};
				box.append(h("button", { type: "button", class: "text-button", text: action.text, on: { click: act } }));
			}
			const dismiss = i18n.t("message.dismiss");
			box.append(
				h(
					"button",
					{ type: "button", class: "icon-button small", "aria-label": dismiss, on: { click: () => remove(kind) } },
					icon("close"),
				),
			);
			element.append(box);
			const timer = brief ? window.setTimeout(() => remove(kind), BRIEF_DURATION) : 0;
			shown.set(kind, { box, timer, text });
		},
	};
}

/**
 * Return a function that shows what a page's connection is like; see net/diagnosis.js.
 * @param {Messages} messages @param {I18n} i18n @param {"message" | "teach"} [page] a teacher's pages have texts of their own
 */
export const connectionMessage = (messages, i18n, page = "message") => (/** @type {ConnectionKind} */ kind, seconds = 0) => {
	if (kind === "open") return messages.remove("connection");
	const hasPageText = kind === "lost" || kind === "blocked";
	return messages.show("connection", i18n.t(`${hasPageText ? page : "message"}.${kind}`, { seconds }), { warn: true });
};
