// The frame of the lesson panel: head, content of the step, and foot with navigation.
import { h, one, setText } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { isStored } from "./stored.js";
import { createSheet } from "./sheet.js";

/** @typedef {import("./types.d.ts").Lesson} Lesson */
/** @typedef {import("./types.d.ts").LessonStep} LessonStep */
/** @typedef {import("./types.d.ts").LessonTools} LessonTools */

/** Create the frame; `on` has the listeners of its buttons. @param {I18n} i18n @param {Record<"back" | "forward" | "restart" | "close", () => void>} on */
export function createFrame(i18n, on) {
	const name = h("span", { class: "lesson-name" });
	const pull = h("button", { type: "button", class: "icon-button small lesson-pull", "aria-label": i18n.t("lesson.pull") }, icon("down"));
	const smallButton = (/** @type {string} */ key, /** @type {string} */ picture, /** @type {() => void} */ click) =>
		h("button", {
			type: "button",
			class: "icon-button small",
			"aria-label": i18n.t(key),
			title: i18n.t(key),
			on: { click },
		}, icon(picture));
	const head = h(
		"header",
		{ class: "lesson-head" },
		name,
		pull,
		smallButton("lesson.again", "refresh", on.restart),
		smallButton("lesson.leave", "close", on.close),
	);
	const title = h("h2", { tabindex: "-1", id: "lesson-step-title" });
	const content = h("div", { class: "lesson-content" });
	const notKept = h("p", { class: "lesson-not-kept quiet", role: "status", text: i18n.t("lesson.notKept"), hidden: true });
	const body = h("div", { class: "lesson-body" }, title, notKept, content);
	const back = h("button", { type: "button", class: "text-button", text: i18n.t("lesson.back"), on: { click: on.back } });
	const forward = h("button", { type: "button", class: "text-button", on: { click: on.forward } });
	const dots = h("ol", { class: "lesson-dots" });
	const count = h("span", { class: "visually-hidden" });
	const liveRegion = h("p", { class: "visually-hidden", role: "status" });
	const element = h(
		"aside",
		{ class: "lesson-panel", "aria-labelledby": "lesson-step-title", hidden: true },
		head,
		body,
		h("footer", { class: "lesson-foot" }, back, count, dots, forward, liveRegion),
	);
	one(".lab").append(element);
	const sheet = createSheet(element, head, pull);
	return {
		element,
		/** Show a step. @param {Lesson} lesson @param {number} step from 1 @param {HTMLElement[]} parts */
		show(lesson, step, parts) {
			setText(name, lesson.title);
			setText(title, lesson.contents[step - 1].title);
			content.lang = lesson.language;
			content.replaceChildren(...parts);
			body.scrollTop = 0;
			back.disabled = step === 1;
			setText(forward, i18n.t(step === lesson.contents.length ? "lesson.finish" : "lesson.forward"));
			sheet.raise();
			title.focus({ preventScroll: true });
		},
		/** Add a link to the lesson that follows. @param {{name: string, title: string}} next @param {() => void} click */
		linkToNextLesson(next, click) {
			const link = h("a", { href: `#lesson=${next.name}&step=1`, text: next.title, on: { click } });
			content.append(h("p", { class: "lesson-onward", lang: i18n.locale }, `${i18n.t("lesson.nextLesson")} `, link));
		},
		/** Add a button that opens a panel. @param {NonNullable<LessonStep["panel"]>} panel @param {LessonTools["openPanel"]} open */
		addPanelButton(panel, open) {
			const text = i18n.t(`control.${panel === "descent" ? "descent" : "inside"}.label`);
			content.append(h("button", { type: "button", class: "text-button lesson-open", text, on: { click: () => open(panel) } }));
		},
		/** Show which steps are done, and whether the open one is finished. @param {Lesson} lesson @param {number} step from 1 @param {boolean} finished @param {(step: number) => boolean} isDone */
		showProgress(lesson, step, finished, isDone) {
			notKept.hidden = isStored();
			forward.classList.toggle("accent", finished);
			setText(count, i18n.t("lesson.stepOf", { step, steps: lesson.contents.length }));
			dots.replaceChildren(...lesson.contents.map((_, index) => {
				return h("li", { class: `${isDone(index + 1) ? "done" : ""} ${index + 1 === step ? "now" : ""}`, "aria-hidden": "true" });
			}));
		},
		focus: () => title.focus({ preventScroll: true }),
		/** Have screen readers say a text. */
		announce: (/** @type {string} */ text) => setText(liveRegion, text),
	};
}
