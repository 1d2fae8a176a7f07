// The steps of the lesson that is the task, with the checks that a learner has reached, in the teacher's language.
import { requestJson } from "../../net/rest.js";
import { h, setText } from "../../ui/dom.js";
import { icon } from "../../ui/icons.js";
import { progressText } from "../shared/lesson-progress.js";

/** @typedef {import("../../lessons/types.d.ts").Lesson} Lesson */

/** Return the texts of a step's checks. @param {Lesson["contents"][number] | undefined} step @returns {string[]} */
const checksOf = (step) => (step?.parts ?? []).flatMap((part) => (part.kind === "check" ? [part.text] : []));

/** Return the list item of a step with its checks. @param {boolean[]} reached @param {number} index @param {LessonProgress} progress @param {Lesson | null} lesson @param {I18n} i18n */
function createStep(reached, index, progress, lesson, { t }) {
	const step = lesson?.contents[index];
	const texts = checksOf(step);
	const checks = reached.map((each, number) => {
		const state = h("span", { class: "visually-hidden", text: `${t(each ? "wall.met" : "wall.notMet")}: ` });
		const sign = h("span", { class: "step-sign" }, ...(each ? [icon("check")] : []));
		return h(
			"li",
			{ class: each ? "met" : "" },
			sign,
			h("span", {}, state, texts[number] ?? t("wall.lesson.check", { number: number + 1 })),
		);
	});
	const title = h("p", { text: step?.title ?? t("wall.lessonStep", { step: index + 1 }) });
	const now = index + 1 === progress.step ? { class: "now", "aria-current": "step" } : {};
	return h("li", now, title, ...(checks.length > 0 ? [h("ul", {}, ...checks)] : []));
}

/** Return the view of a learner's progress by steps and checks. @param {I18n} i18n */
export function createLessonSteps(i18n) {
	const summary = h("p", { class: "lesson-summary" });
	const list = h("ol", {});
	const element = h("section", { class: "learner-lesson", hidden: true }, h("h3", { text: i18n.t("wall.lesson.title") }), summary, list);
	/** @type {Map<string, Lesson | null>} */
	const lessons = new Map();
	/** @type {LessonProgress | null} */
	let shown = null;

	/** Fetch a lesson and draw again. Until then, and if that fails, steps are shown by their numbers. @param {string} name */
	async function loadLesson(name) {
		lessons.set(name, null);
		try {
			lessons.set(name, await requestJson("GET", `api/lessons/${encodeURIComponent(name)}?language=${i18n.locale}`));
		} catch {
			lessons.delete(name); // the next change asks again
			return;
		}
		if (shown?.lesson === name) draw(shown);
	}

	/** @param {LessonProgress} progress */
	function draw(progress) {
		const lesson = lessons.get(progress.lesson) ?? null;
		list.replaceChildren(...progress.by_step.map((reached, index) => createStep(reached, index, progress, lesson, i18n)));
	}

	return {
		element,
		/** @param {LessonProgress | null | undefined} progress */
		update(progress) {
			element.hidden = !progress;
			shown = progress ?? null;
			if (!progress) return;
			setText(summary, progressText(progress, i18n));
			draw(progress);
			if (!lessons.has(progress.lesson)) loadLesson(progress.lesson);
		},
	};
}
