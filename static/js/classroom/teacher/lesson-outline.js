// The steps of a lesson that can be given: their headings, and how many checks each has.
import { requestJson } from "../../net/rest.js";
import { h } from "../../ui/dom.js";

/** @typedef {import("../../lessons/types.d.ts").Lesson} Lesson */

/** @param {I18n} i18n */
export function createLessonOutline({ t, locale }) {
	const list = h("ol", {});
	const element = h("section", { class: "task-steps", hidden: true }, h("h4", { text: t("task.lesson.steps") }), list);
	let wanted = "";

	/** @param {Lesson["contents"][number]} step */
	function stepOf({ title, parts }) {
		const count = parts.filter(({ kind }) => kind === "check").length;
		const checks = count > 0 ? [" ", h("span", { class: "quiet", text: t("task.lesson.checks", { count }) })] : [];
		return h("li", {}, title, ...checks);
	}

	return {
		element,
		/** Show a lesson's steps as soon as they are read; null: none. An upload may have changed them since. @param {string | null} name */
		async show(name) {
			element.hidden = true;
			wanted = name ?? "";
			if (!name) return;
			/** @type {Lesson | null} */
			const lesson = await requestJson("GET", `api/lessons/${encodeURIComponent(name)}?language=${locale}`).catch(() => null);
			if (!lesson || wanted !== name) return; // without its steps, title and summary still tell what it is
			list.replaceChildren(...lesson.contents.map(stepOf));
			element.hidden = false;
		},
	};
}
