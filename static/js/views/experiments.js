// The list of experiments: each has a title, a text, and a link that opens its settings.
import { h } from "../ui/dom.js";

/** @param {HTMLElement} element @param {{i18n: I18n, experiments: Experiment[], onOpen: (hash: string) => void}} options */
export function createExperiments(element, { i18n, experiments, onOpen }) {
	for (const { name, hash } of experiments) {
		const title = i18n.t(`try.${name}.title`);
		const link = h("a", { href: hash, text: i18n.t("article.try.open"), "aria-label": `${i18n.t("article.try.open")}: ${title}` });
		link.addEventListener("click", (event) => {
			if (!event.ctrlKey && !event.metaKey && !event.shiftKey) onOpen(hash); // not in another tab
		});
		element.append(h("li", {}, h("h3", { text: title }), h("p", { text: i18n.t(`try.${name}.text`) }), link));
	}
	return {};
}
