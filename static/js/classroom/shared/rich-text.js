// Texts of the teacher: **bold**, *italic*, `code`, paragraphs and lists, shown as elements. Markup in a text stays text.
import { h } from "../../ui/dom.js";

/** @typedef {{kind: "text" | "strong" | "em" | "code", text: string}} Span */
/** @typedef {{kind: "paragraph" | "list", lines: Span[][]}} Block */

const LIST_ITEM = /^\s*[-•]\s+/;
const MARKUP = /\*\*(?=\S)([^*]*[^*\s])\*\*|(?<![A-Za-z0-9*])\*(?=[^\s*])([^*]*[^*\s])\*(?![A-Za-z0-9*])|`([^`]+)`/g;
const MARKUP_KINDS = /** @type {const} */ (["strong", "em", "code"]);

/** Split a line into plain and marked spans. @param {string} line @returns {Span[]} */
export function parseLine(line) {
	/** @type {Span[]} */
	const spans = [];
	let at = 0;
	const plain = (/** @type {number} */ end) => end > at && spans.push({ kind: "text", text: line.slice(at, end) });
	for (const match of line.matchAll(MARKUP)) {
		plain(match.index);
		const which = match.slice(1).findIndex((each) => each !== undefined);
		spans.push({ kind: MARKUP_KINDS[which], text: match[which + 1] });
		at = match.index + match[0].length;
	}
	plain(line.length);
	return spans;
}

/** Split a text into paragraphs and lists. @param {string} text @returns {Block[]} */
export function parseText(text) {
	/** @type {Block[]} */
	const blocks = [];
	let open = /** @type {Block | null} */ (null);
	for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
		if (line.trim() === "") {
			open = null;
			continue;
		}
		const kind = LIST_ITEM.test(line) ? "list" : "paragraph";
		if (open?.kind !== kind) {
			open = { kind, lines: [] };
			blocks.push(open);
		}
		open.lines.push(parseLine(line.replace(LIST_ITEM, "").trim()));
	}
	return blocks;
}

const spanOf = (/** @type {Span} */ { kind, text }) => (kind === "text" ? text : h(kind, { text }));

/** Replace the content of an element by a text. @param {Element} element @param {string} text */
export function renderText(element, text) {
	element.replaceChildren(
		...parseText(text).map(({ kind, lines }) => {
			if (kind === "list") return h("ul", {}, ...lines.map((line) => h("li", {}, ...line.map(spanOf))));
			return h("p", {}, ...lines.flatMap((line, index) => [...(index > 0 ? [h("br")] : []), ...line.map(spanOf)]));
		}),
	);
}
