// Estimates widths of texts and breaks them into lines, which SVG does not do. Fonts are unknown, so estimates are on the large side.

const FULL_WIDTH = /[\u1100-\u115F\u2E80-\uD7FF\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFFE6\u{1F000}-\u{3FFFF}]/u;
const NO_WIDTH = /\p{M}|\p{Cf}/u;
const [NARROW, WIDE] = ["iljtfrI.,:;|'!()[] ·", "mwMW@%—…&"];

/** @param {string} sign one character @returns {number} in parts of the font's size */
function relativeWidth(sign) {
	if (FULL_WIDTH.test(sign)) return 1;
	if (NO_WIDTH.test(sign)) return 0;
	if (NARROW.includes(sign)) return 0.38;
	return WIDE.includes(sign) ? 0.98 : 0.64;
}

/** Return the approximate width of a text, in pixels. @param {string} text @param {number} size of the font */
export const widthOf = (text, size) => [...text].reduce((sum, sign) => sum + relativeWidth(sign), 0) * size;

/** Cut off a text that is wider than the room. @param {string} text @param {number} room in pixels @param {number} size of the font */
export function truncate(text, room, size) {
	if (widthOf(text, size) <= room) return text;
	const signs = [...text];
	while (signs.length && widthOf(`${signs.join("")}…`, size) > room) signs.pop();
	return `${signs.join("").trimEnd()}…`;
}

/** Split a text where a line may break: between words, and between Chinese characters. @param {string} text */
const wordsOf = (text) =>
	[...text.matchAll(/\s+|[\u2E80-\uD7FF\uF900-\uFAFF\uFF00-\uFFE6]|[^\s\u2E80-\uD7FF\uF900-\uFAFF\uFF00-\uFFE6]+/gu)].map(String);

/**
 * Put parts into lines, each as full as possible; the last allowed line is cut off.
 * @param {string[]} parts @param {string} between what stands between two of them @param {{room: number, size: number, maxLines?: number}} space
 */
function fillLines(parts, between, { room, size, maxLines = 9 }) {
	/** @type {string[]} */
	const lines = [];
	for (const part of parts) {
		const last = lines.at(-1);
		const longer = last === undefined ? part : `${last}${between}${part}`;
		if (last !== undefined && (lines.length === maxLines || widthOf(longer, size) <= room)) lines[lines.length - 1] = longer;
		else lines.push(part.trimStart());
	}
	return lines.map((each) => truncate(each.trim(), room, size));
}

/** Break a text into lines. @param {string} text @param {{room: number, size: number, maxLines?: number}} space */
export const wrapText = (text, space) => fillLines(wordsOf(text), "", space);

/** Join texts by dots, and break them into lines. @param {string[]} texts @param {{room: number, size: number}} space */
export const wrapList = (texts, space) => fillLines(texts, " · ", space);
