// The lessons that a teacher can assign: those of the server, and files that are uploaded to the room.
import { h } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";
import { languageName, parseLessonFiles } from "./lesson-files.js";

/** @typedef {{name: string, title: string, summary: string, steps: number, language: string, languages: string[], available: boolean, install: string | null}} LessonSummary */
/** @typedef {{code: string, values: Record<string, string>}} FaultPhrase */
/** @typedef {{file: string, line: number, code: string, values: Record<string, string>, phrases: Record<string, FaultPhrase>, hint: FaultPhrase | null, hides: boolean}} LessonFault */
/** A lesson of the list, and whether it was uploaded to the room. @typedef {{task: Task, uploaded: boolean}} OfferedLesson */

/** Return the task that assigns a lesson. @param {LessonSummary} lesson @returns {Task} */
export const lessonTask = ({ name, title, summary }) => ({
	title,
	text: summary,
	config: {},
	locks: [],
	goal: null,
	order: null,
	lesson: name,
});

/** Return an uploaded lesson's name as in its file, without the room's suffix. @param {string} name */
const nameInFile = (name) => name.replace(/-[0-9a-f]{8}$/, "");

/**
 * Return a tag that tells a lesson from others of the list: that it was uploaded, or its name if others have its title; else "".
 * @param {OfferedLesson} lesson @param {OfferedLesson[]} all @param {I18n["t"]} t
 */
export function tagOf({ task, uploaded }, all, t) {
	const alike = all.filter((other) => other.task.title === task.title);
	const name = task.lesson ?? "";
	if (!uploaded) return alike.length > 1 ? name : "";
	const isUnique = alike.filter((other) => other.uploaded).length < 2;
	return isUnique ? t("task.lesson.tag") : t("task.lesson.tagNamed", { name: nameInFile(name) });
}

const NAME_LIST = /^[\p{L}\p{N}_.[\]-]+(, [\p{L}\p{N}_.[\]-]+)+(, )?…?$/u;

/** Return the values, with lists of names joined as in the page's language. @param {Record<string, string>} values @param {I18n["t"]} t */
const joinLists = (values, t) =>
	Object.fromEntries(
		Object.entries(values).map((
			[name, each],
		) => [name, NAME_LIST.test(each) ? each.replaceAll(", ", t("lesson.fault.pair", { one: "", other: "" })) : each]),
	);

/** Return what is wrong with a lesson's file and how to fix it, in the page's language. @param {LessonFault} fault @param {I18n} i18n */
export function faultText({ file, line, code, values, phrases, hint }, { t }) {
	const phraseTexts = Object.entries(phrases).map((
		[name, phrase],
	) => [name, t(`lesson.phrase.${phrase.code}`, joinLists(phrase.values, t))]);
	const plain = t(`lesson.fault.${code}`, { ...joinLists(values, t), ...Object.fromEntries(phraseTexts) });
	const reason = hint ? t("lesson.fault.hinted", { reason: plain, hint: t(`lesson.hint.${hint.code}`, joinLists(hint.values, t)) }) : plain;
	return t("task.lesson.fault", { file, line, reason });
}

/** Return the element that shows the result of an upload; screen readers announce it. @param {I18n} i18n */
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
 * `onUploaded` gets the task of the lesson that was stored, or null if none was: then nothing is chosen any more.
 * @param {TeacherTools & {onUploaded: (task: Task | null) => void}} tools
 */
export function createTaskLessons({ i18n, api, perform, onUploaded }) {
	const { t } = i18n;
	const result = createResult(i18n);
	const input = h("input", { type: "file", accept: ".md,text/markdown", multiple: true, hidden: true });
	const showRefused = (/** @type {string[]} */ files, /** @type {string[]} */ reasons) => {
		onUploaded(null);
		result.refused(files, reasons);
	};
	async function send() {
		const chosen = await Promise.all([...(input.files ?? [])].map(async (file) => ({ name: file.name, text: await file.text() })));
		input.value = "";
		if (chosen.length === 0) return;
		result.clear();
		const fileNames = chosen.map(({ name }) => name);
		const { name, texts, files, problem } = parseLessonFiles(chosen, i18n.locale);
		if (problem) return showRefused(fileNames, [t(problem.key, problem.values)]);
		const answer = await perform(() => api.uploadLesson(name, texts, files));
		/** @type {{lesson: LessonSummary | null, faults: LessonFault[]}} */
		const { lesson, faults } = answer ?? { lesson: null, faults: [] };
		const faultTexts = faults.map((fault) => faultText(fault, i18n));
		if (lesson && !lesson.available) return showRefused(fileNames, [t("lesson.unavailable", { install: lesson.install ?? "" })]);
		if (!lesson) return showRefused(fileNames, faultTexts);
		onUploaded(lessonTask(lesson));
		result.uploaded(lesson, faultTexts);
	}
	input.addEventListener("change", send);
	return {
		result: result.element,
		forgetResult: result.clear,
		upload: h("div", {}, button(t("task.lesson.upload"), () => input.click(), { icon: "plus" }), input),
		/** The lessons of server and room that can be done here. @returns {Promise<OfferedLesson[]>} */
		async load() {
			const [all, roomLessons] = await Promise.all([perform(() => api.lessons(i18n.locale)), perform(() => api.roomLessons())]);
			const offered = (/** @type {LessonSummary[]} */ found, /** @type {boolean} */ uploaded) =>
				found.filter(({ available }) => available).map((lesson) => ({ task: lessonTask(lesson), uploaded }));
			return [...offered(all?.lessons ?? [], false), ...offered(roomLessons ?? [], true)];
		},
	};
}
