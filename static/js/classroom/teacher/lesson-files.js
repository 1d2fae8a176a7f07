// What the files of an upload are: one lesson, each file in one of its languages; or why they cannot be.

/** A file that was chosen. @typedef {{name: string, text: string}} ChosenFile */
/** What is wrong with the names of files: the key of the words, and what stands in them. @typedef {{key: string, values: Record<string, string>}} FilesProblem */
/** @typedef {{name: string, texts: Record<string, string>, files: Record<string, string>, problem: FilesProblem | null}} LessonFiles */

/** The languages of lessons; of Chinese, by their script. @type {Record<string, string>} */
const LANGUAGES = { en: "en", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant" };

/** What a language is called in the page's. @param {string} code @param {string} locale */
export const languageName = (code, locale) => new Intl.DisplayNames([locale], { type: "language" }).of(LANGUAGES[code] ?? code) ?? code;

const LESSON_FILE = /^(?:(.*)\.)?(en|zh[-_]cn|zh[-_]tw)\.md$/i;
const LANGUAGE_CODES = Object.fromEntries(Object.keys(LANGUAGES).map((code) => [code.toLowerCase(), code]));

/** What browsers and systems put behind the name of a second download or copy: " (1)", " 2", " - Copy", " 副本". */
const COPY_SUFFIX = /(?:\s*[(（]\d+[)）]|\s+\d+|[\s-]+copy(?:\s+\d+)?|[\s-]*(?:副本|拷贝|拷貝|複製|複本)(?:\s*\d+)?)+$/iu;
const plainName = (/** @type {string} */ name) => {
	const [ending = ""] = /\.\w+$/.exec(name) ?? [];
	const parts = name.slice(0, name.length - ending.length).split(".");
	return parts.map((part) => part.replace(COPY_SUFFIX, "") || part).join(".") + ending;
};

/** A file's lesson and language by its name: NAME.LANGUAGE.md, LANGUAGE.md, or any other in the teacher's language. @param {string} given @param {string} locale */
function partsOf(given, locale) {
	const name = plainName(given);
	const [, stem = "", language = ""] = LESSON_FILE.exec(name) ?? [null, name.replace(/\.\w+$/, ""), locale];
	return { stem, language: LANGUAGE_CODES[language.toLowerCase().replace("_", "-")] ?? locale };
}

/**
 * The files of one lesson, by language. Two for one language, and files of two lessons, are a problem.
 * @param {ChosenFile[]} chosen @param {string} locale @returns {LessonFiles}
 */
export function lessonOfFiles(chosen, locale) {
	let name = "", named = "";
	/** @type {FilesProblem | null} */
	let problem = null;
	/** @type {Record<string, string>} */
	const texts = {};
	/** @type {Record<string, string>} */
	const files = {};
	for (const file of chosen) {
		const { stem, language } = partsOf(file.name, locale);
		const other = files[language];
		if (other !== undefined) {
			const values = { first: other, second: file.name, language: languageName(language, locale) };
			problem ??= { key: "task.lesson.sameLanguage", values };
			continue;
		}
		if (stem && name && stem !== name) {
			problem ??= { key: "task.lesson.twoLessons", values: { first: named, second: file.name } };
		}
		if (stem && !name) [name, named] = [stem, file.name];
		texts[language] = file.text;
		files[language] = file.name;
	}
	return { name: name || "lesson", texts, files, problem };
}
