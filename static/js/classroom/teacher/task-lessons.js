// The lessons that a teacher can give a class: those of the server, and files that are uploaded to the room.
import { h } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";
import { languageName, lessonOfFiles } from "./lesson-files.js";

/** @typedef {{name: string, title: string, summary: string, steps: number, language: string, languages: string[], available: boolean, install: string | null}} LessonSummary */
/** @typedef {{code: string, values: Record<string, string>}} FaultPhrase */
/** @typedef {{file: string, line: number, code: string, values: Record<string, string>, phrases: Record<string, FaultPhrase>, hint: FaultPhrase | null, hides: boolean}} LessonFault */
/** A lesson of the list, and whether it was uploaded to the room. @typedef {{task: Task, uploaded: boolean}} OfferedLesson */

/** The task that has a class follow a lesson. @param {LessonSummary} lesson @returns {Task} */
export const taskOf = ({ name, title, summary }) => ({
	title,
	text: summary,
	config: {},
	locks: [],
	goal: null,
	order: null,
	lesson: name,
});

/** An uploaded lesson's name as its file has it, without what tells rooms apart. @param {string} name */
const ownName = (name) => name.replace(/-[0-9a-f]{8}$/, "");

/**
 * What tells a lesson from others in the list: that it was uploaded; its name, where others have its title; else nothing.
 * @param {OfferedLesson} lesson @param {OfferedLesson[]} all @param {I18n["t"]} t
 */
export function tagOf({ task, uploaded }, all, t) {
	const alike = all.filter((other) => other.task.title === task.title);
	const name = task.lesson ?? "";
	if (!uploaded) return alike.length > 1 ? name : "";
	const isUnique = alike.filter((other) => other.uploaded).length < 2;
	return isUnique ? t("task.lesson.tag") : t("task.lesson.tagNamed", { name: ownName(name) });
}

const NAME_LIST = /^[\p{L}\p{N}_.[\]-]+(, [\p{L}\p{N}_.[\]-]+)+(, )?…?$/u;

/** Values in which lists of names are joined as the page's language does it. @param {Record<string, string>} values @param {I18n["t"]} t */
const listed = (values, t) =>
	Object.fromEntries(
		Object.entries(values).map((
			[name, each],
		) => [name, NAME_LIST.test(each) ? each.replaceAll(", ", t("lesson.fault.pair", { one: "", other: "" })) : each]),
	);

/** What is wrong with a lesson's file and how it is put right, in the page's language. @param {LessonFault} fault @param {I18n} i18n */
export function faultText({ file, line, code, values, phrases, hint }, { t }) {
	const said = Object.entries(phrases).map(([name, phrase]) => [name, t(`lesson.phrase.${phrase.code}`, listed(phrase.values, t))]);
	const plain = t(`lesson.fault.${code}`, { ...listed(values, t), ...Object.fromEntries(said) });
	const reason = hint ? t("lesson.fault.hinted", { reason: plain, hint: t(`lesson.hint.${hint.code}`, listed(hint.values, t)) }) : plain;
	return t("task.lesson.fault", { file, line, reason });
}

/** What became of an upload: read out as soon as it is known. @param {I18n} i18n */
function createResult(i18n) {
	const { t, locale } = i18n;
	const element = h("div", { class: "upload-result", role: "status", "aria-live": "polite" });
	const list = (/** @type {string[]} */ texts) => (texts.length > 0 ? [h("ul", {}, ...texts.map((text) => h("li", { text })))] : []);
	const names = (/** @type {string[]} */ texts) => new Intl.ListFormat(locale, { type: "conjunction" }).format(texts);
	const fileNames = (/** @type {string[]} */ texts) => (locale.startsWith("zh") ? texts.join("、") : names(texts)); // no 和 between Latin letters
	return {
		element,
		clear: () => element.replaceChildren(),
		/** Nothing was stored. @param {string[]} files @param {string[]} reasons */
		refused(files, reasons) {
			element.className = "upload-result refused";
			element.replaceChildren(h("p", { text: t("task.lesson.refused", { files: fileNames(files) }) }), ...list(reasons));
		},
		/** A lesson was stored. @param {LessonSummary} lesson @param {string[]} remarks */
		uploaded({ title, steps, languages }, remarks) {
			element.className = "upload-result";
			const values = { title, steps, languages: names(languages.map((code) => languageName(code, locale))) };
			const considered = remarks.length > 0 ? [h("p", { text: t("task.lesson.remarks") }), ...list(remarks)] : [];
			element.replaceChildren(h("p", { text: t("task.lesson.uploaded", values) }), ...considered);
		},
	};
}

/**
 * `onUploaded` gets the task of a lesson that was stored; null: nothing was, and what had been chosen no longer is.
 * @param {TeacherTools & {onUploaded: (task: Task | null) => void}} tools
 */
export function createTaskLessons({ i18n, api, act, onUploaded }) {
	const { t } = i18n;
	const result = createResult(i18n);
	const input = h("input", { type: "file", accept: ".md,text/markdown", multiple: true, hidden: true });
	const fail = (/** @type {string[]} */ files, /** @type {string[]} */ reasons) => {
		onUploaded(null);
		result.refused(files, reasons);
	};
	async function send() {
		const chosen = await Promise.all([...(input.files ?? [])].map(async (file) => ({ name: file.name, text: await file.text() })));
		input.value = "";
		if (chosen.length === 0) return;
		result.clear();
		const called = chosen.map(({ name }) => name);
		const { name, texts, files, problem } = lessonOfFiles(chosen, i18n.locale);
		if (problem) return fail(called, [t(problem.key, problem.values)]);
		const answer = await act(() => api.uploadLesson(name, texts, files));
		/** @type {{lesson: LessonSummary | null, faults: LessonFault[]}} */
		const { lesson, faults } = answer ?? { lesson: null, faults: [] };
		const told = faults.map((fault) => faultText(fault, i18n));
		if (lesson && !lesson.available) return fail(called, [t("lesson.unavailable", { install: lesson.install ?? "" })]);
		if (!lesson) return fail(called, told);
		onUploaded(taskOf(lesson));
		result.uploaded(lesson, told);
	}
	input.addEventListener("change", send);
	return {
		result: result.element,
		forgetResult: result.clear,
		upload: h("div", {}, button(t("task.lesson.upload"), () => input.click(), { icon: "plus" }), input),
		/** The lessons of server and room that can be done here. @returns {Promise<OfferedLesson[]>} */
		async load() {
			const [all, own] = await Promise.all([act(() => api.lessons(i18n.locale)), act(() => api.roomLessons())]);
			const offered = (/** @type {LessonSummary[]} */ found, /** @type {boolean} */ uploaded) =>
				found.filter(({ available }) => available).map((lesson) => ({ task: taskOf(lesson), uploaded }));
			return [...offered(all?.lessons ?? [], false), ...offered(own ?? [], true)];
		},
	};
}
