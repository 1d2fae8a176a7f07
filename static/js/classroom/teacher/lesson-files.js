// Checks by name that the files of an upload are one lesson, each file in another language.

/** A file that was chosen. @typedef {{name: string, text: string}} ChosenFile */
/** What is wrong with the files' names: the i18n key of the text, and its values. @typedef {{key: string, values: Record<string, string>}} FilesProblem */
/** @typedef {{name: string, texts: Record<string, string>, files: Record<string, string>, problem: FilesProblem | null}} LessonFiles */

/** The languages of lessons; of Chinese, by their script. @type {Record<string, string>} */
const LANGUAGES = { en: "en", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant" };

/** Return the name of a language in the page's language. @param {string} code @param {string} locale */
export const languageName = (code, locale) => new Intl.DisplayNames([locale], { type: "language" }).of(LANGUAGES[code] ?? code) ?? code;

const LESSON_FILE = /^(?:(.*)\.)?(en|zh[-_]cn|zh[-_]tw)\.md$/i;
const LANGUAGE_CODES = Object.fromEntries(Object.keys(LANGUAGES).map((code) => [code.toLowerCase(), code]));

/** What browsers and operating systems append to the name of a second download or copy: " (1)", " 2", " - Copy", " 副本". */
const COPY_SUFFIX = /(?:\s*[(（]\d+[)）]|\s+\d+|[\s-]+copy(?:\s+\d+)?|[\s-]*(?:副本|拷贝|拷貝|複製|複本)(?:\s*\d+)?)+$/iu;
const withoutCopySuffix = (/** @type {string} */ name) => {
	const [ending = ""] = /\.\w+$/.exec(name) ?? [];
	const parts = name.slice(0, name.length - ending.length).split(".");
	return parts.map((part) => part.replace(COPY_SUFFIX, "") || part).join(".") + ending;
};

/** Return a file's lesson and language: NAME.LANGUAGE.md, LANGUAGE.md; any other name is taken as the teacher's language. @param {string} given @param {string} locale */
function parseFileName(given, locale) {
	const name = withoutCopySuffix(given);
	const [, stem = "", language = ""] = LESSON_FILE.exec(name) ?? [null, name.replace(/\.\w+$/, ""), locale];
	return { stem, language: LANGUAGE_CODES[language.toLowerCase().replace("_", "-")] ?? locale };
}

/**
 * Return the lesson that the files are. Two files for one language, or files of two lessons, are a `problem`.
 * @param {ChosenFile[]} chosen @param {string} locale @returns {LessonFiles}
 */
export function parseLessonFiles(chosen, locale) {
	let name = "", nameSource = "";
	/** @type {FilesProblem | null} */
	let problem = null;
	/** @type {Record<string, string>} */
	const texts = {};
	/** @type {Record<string, string>} */
	const files = {};
	for (const file of chosen) {
		const { stem, language } = parseFileName(file.name, locale);
		const other = files[language];
		if (other !== undefined) {
			const values = { first: other, second: file.name, language: languageName(language, locale) };
			problem ??= { key: "task.lesson.sameLanguage", values };
			continue;
		}
		if (stem && name && stem !== name) {
			problem ??= { key: "task.lesson.twoLessons", values: { first: nameSource, second: file.name } };
		}
		if (stem && !name) [name, nameSource] = [stem, file.name];
		texts[language] = file.text;
		files[language] = file.name;
	}
	return { name: name || "lesson", texts, files, problem };
}
