// Starts the page of all lessons: shows the progress stored in this browser. Without this script the page still has its list.
import { h, one, setText } from "../ui/dom.js";
import { createI18n } from "../ui/i18n.js";
import { listenToChoices } from "../ui/choices.js";
import { canStore, loadLesson, stepsDone } from "./stored.js";

const { locale, words } = JSON.parse(one("#bootstrap").textContent ?? "");
const i18n = createI18n({ locale, words });

for (const item of document.querySelectorAll(".lesson-item:has(.lesson-open-link)")) {
	const { name = "", steps = "0" } = /** @type {HTMLElement} */ (item).dataset;
	const [done, all] = [Math.min(stepsDone(name), Number(steps)), Number(steps)];
	const link = /** @type {HTMLAnchorElement} */ (one("a.lesson-open-link", item));
	const { at } = loadLesson(name);
	if (done === 0 && !at) continue;
	item.classList.toggle("done", done === all);
	const bar = h("progress", { max: all, value: done, "aria-label": i18n.t("lesson.progress") });
	one(".lesson-facts", item).append(bar, h("span", { text: i18n.t("lesson.of", { part: done, whole: all }) }));
	if (done < all && at && at > 1) {
		link.href = `./#lesson=${name}&step=${at}`;
		setText(link, i18n.t("lesson.continue"));
	}
}
if (!canStore()) one(".intro").after(h("p", { class: "not-kept", role: "status", text: i18n.t("lesson.notKept") }));
listenToChoices({ onTheme: () => {}, onLeave: () => {} });
