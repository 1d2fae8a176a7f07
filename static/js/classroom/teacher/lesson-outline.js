// The outline of a lesson in the task dialog: its steps' headings, and how many checks each has.
import { requestJson } from "../../net/rest.js";
import { h } from "../../ui/dom.js";

/** @typedef {import("../../lessons/types.d.ts").Lesson} Lesson */

/** Return the view of a lesson's outline. @param {I18n} i18n */
export function createLessonOutline({ t, locale }) {
	const list = h("ol", {});
	const element = h("section", { class: "task-steps", hidden: true }, h("h4", { text: t("task.lesson.steps") }), list);
	let requestedName = "";

	/** @param {Lesson["contents"][number]} step */
	function createStep({ title, parts }) {
		const count = parts.filter(({ kind }) => kind === "check").length;
		const checks = count > 0 ? [" ", h("span", { class: "quiet", text: t("task.lesson.checks", { count }) })] : [];
		return h("li", {}, title, ...checks);
	}

	return {
		element,
		/** Fetch and show a lesson's steps, as an upload may have changed them; null: show none. @param {string | null} name */
		async show(name) {
			element.hidden = true;
			requestedName = name ?? "";
			if (!name) return;
			/** @type {Lesson | null} */
			const lesson = await requestJson("GET", `api/lessons/${encodeURIComponent(name)}?language=${locale}`).catch(() => null);
			if (!lesson || requestedName !== name) return; // without the outline, the dialog still has title and summary
			list.replaceChildren(...lesson.contents.map(createStep));
			element.hidden = false;
		},
	};
}
