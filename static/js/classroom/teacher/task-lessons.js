// The lessons that a teacher can give a class: those of the server, and files that are uploaded to the room.
import { h } from "../../ui/dom.js";
import { button } from "../../ui/dialog.js";

/** @typedef {{name: string, title: string, summary: string, steps: number, language: string, available: boolean, install: string | null}} LessonSummary */
/** @typedef {{code: string, values: Record<string, string>}} FaultPhrase */
/** @typedef {{file: string, line: number, code: string, values: Record<string, string>, phrases: Record<string, FaultPhrase>, hides: boolean}} LessonFault */

const FILE = /^(?:(.*)\.)?(en|zh-CN|zh-TW)\.md$/;

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

/**
 * The files of one lesson, by language: NAME.LANGUAGE.md or LANGUAGE.md; any other file is one in the teacher's language.
 * @param {{name: string, text: string}[]} files @param {string} locale @returns {{name: string, texts: Record<string, string>}}
 */
export function lessonOfFiles(files, locale) {
	let name = "";
	/** @type {Record<string, string>} */
	const texts = {};
	for (const file of files) {
		const [, stem, language] = FILE.exec(file.name) ?? [null, file.name.replace(/\.\w+$/, ""), locale];
		name ||= stem ?? "";
		texts[language ?? locale] = file.text;
	}
	return { name: name || "lesson", texts };
}

/** What is wrong with a lesson's file, in the page's language. @param {LessonFault} fault @param {I18n} i18n */
export function faultText({ file, line, code, values, phrases }, { t }) {
	const said = Object.entries(phrases).map(([name, phrase]) => [name, t(`lesson.phrase.${phrase.code}`, phrase.values)]);
	return t("task.lesson.fault", { file, line, reason: t(`lesson.fault.${code}`, { ...values, ...Object.fromEntries(said) }) });
}

/** @param {TeacherTools & {onUploaded: (lesson: LessonSummary) => void}} tools */
export function createTaskLessons({ i18n, api, act, onUploaded }) {
	const { t } = i18n;
	const problems = h("div", { class: "task-faults", role: "status" });
	const input = h("input", { type: "file", accept: ".md,text/markdown", multiple: true, hidden: true });
	input.addEventListener("change", async () => {
		const files = await Promise.all([...(input.files ?? [])].map(async (file) => ({ name: file.name, text: await file.text() })));
		input.value = "";
		if (files.length === 0) return;
		const { name, texts } = lessonOfFiles(files, i18n.locale);
		const answer = await act(() => api.uploadLesson(name, texts));
		if (!answer) return;
		const told = /** @type {LessonFault[]} */ (answer.faults).filter(({ hides }) => hides || !answer.lesson);
		problems.replaceChildren(...told.map((fault) => h("p", { text: faultText(fault, i18n) })));
		if (answer.lesson?.available) onUploaded(answer.lesson);
		else if (answer.lesson) problems.append(h("p", { text: t("lesson.unavailable", { install: answer.lesson.install }) }));
	});
	const upload = button(t("task.lesson.upload"), () => input.click(), { icon: "plus" });

	return {
		nodes: [upload, input, problems],
		/** The lessons of server and room that can be done here. @returns {Promise<LessonSummary[]>} */
		async load() {
			problems.replaceChildren();
			const [all, own] = await Promise.all([act(() => api.lessons(i18n.locale)), act(() => api.roomLessons())]);
			return [...(all?.lessons ?? []), ...(own ?? [])].filter(({ available }) => available);
		},
	};
}
