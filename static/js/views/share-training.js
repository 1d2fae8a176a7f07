// The part of the share dialog about the training itself: a link to watch it, and where programs reach it.
import { copyField } from "../ui/clipboard.js";
import { h, setText } from "../ui/dom.js";

/** A text to copy, with its label. @param {I18n} i18n @param {string} id @param {string} name key of the label's text */
function createRow({ t }, id, name) {
	const field = h("input", { id, type: "text", readonly: true, spellcheck: "false" });
	const button = h("button", { type: "button", class: "text-button", text: t("share.copy") });
	button.addEventListener("click", async () => setText(button, t((await copyField(field)) ? "share.copied" : "share.byHand")));
	const label = h("label", { class: "label", for: id, text: t(name) });
	const element = h("div", {}, label, h("div", { class: "share-row" }, field, button));
	return {
		element,
		/** Show another text; without one, hide the row. @param {string} text */
		show(text) {
			element.hidden = !text;
			field.value = text;
			setText(button, t("share.copy"));
		},
	};
}

/** Fill the element of this part. @param {HTMLElement} element @param {{i18n: I18n, links: Links}} options */
export function createShareTraining(element, { i18n, links }) {
	const { t } = i18n;
	const watch = createRow(i18n, "share-watch", "share.watch");
	const address = createRow(i18n, "share-address", "share.address");
	const key = createRow(i18n, "share-key", "share.key");
	const title = h("summary");
	const help = h("p", { class: "quiet" });
	const programs = h("details", { class: "share-more" }, title, address.element, key.element, help);
	element.append(watch.element, h("p", { class: "quiet", text: t("share.watchHelp") }), programs);

	return {
		/** @param {SharedTraining} training */
		show({ session, view, key: secret }) {
			element.hidden = !view;
			const reading = links.to(`api/sessions/${view}`);
			watch.show(links.to(`?session=${view}`));
			address.show(session ? links.to(`api/sessions/${session}`) : reading);
			key.show(session ? secret : "");
			programs.open = false;
			setText(title, t(session ? "share.programs" : "share.reading"));
			setText(help, t(!session ? "share.readingHelp" : secret ? "share.keyHelp" : "share.addressHelp", { url: reading }));
		},
	};
}
