// Files with tables: dropped and pasted files, encodings, and the path of the preview request.

/** The largest file that the server reads, in bytes. */
export const MAX_BYTES = 4_000_000;

/** The encoding of files of a language that are not in Unicode, as spreadsheets write them there. @type {Record<string, string>} */
const FALLBACKS = { "zh-CN": "gb18030", "zh-TW": "big5" };

/** Return the encoding of files in a language that are not in Unicode. @param {string} locale */
export const fallbackFor = (locale) => FALLBACKS[locale] ?? "windows-1252";

/** Return the first dropped or pasted file; null: none. @param {DataTransfer | null} data */
export const fileIn = (data) => data?.files[0] ?? null;

/** Whether something that is dragged over the page is a file. @param {DataTransfer | null} data */
export const holdsFile = (data) => Boolean(data?.types.includes("Files"));

/**
 * Return the path of the preview request with what was chosen.
 * @param {TableChoices} chosen @param {string} locale
 */
export function previewPath(chosen, locale) {
	const { encoding, ...others } = chosen;
	const query = new URLSearchParams(encoding === null ? { encoding: fallbackFor(locale) } : { encoding, force_encoding: "true" });
	for (const [name, value] of Object.entries(others)) {
		for (const each of Array.isArray(value) ? value : [value]) {
			if (each !== null && each !== undefined) query.append(name, String(each));
		}
	}
	return `api/own-data/preview?${query}`;
}
