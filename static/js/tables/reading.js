// The controls of how a table is parsed: separator, decimal separator and encoding, which are detected unless they are chosen.
import { labelled } from "../ui/dialog.js";
import { h, setText } from "../ui/dom.js";
import { createSelect } from "./select.js";
import { formText } from "./table-words.js";

/** Return the choices with which everything is detected. @returns {Pick<TableChoices, "separator" | "decimal" | "encoding">} */
export const automaticReading = () => ({ separator: null, decimal: null, encoding: null });

const AUTOMATIC = "";
const SEPARATORS = { ",": "comma", ";": "semicolon", "\t": "tab", " ": "space", "|": "bar" };
const DECIMALS = { ".": "point", ",": "comma" };
const ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5", "shift_jis", "euc-kr", "windows-1252", "windows-1251"];

/** Return the controls. @param {I18n} i18n @param {(chosen: Partial<TableChoices>) => void} onChoose something else was chosen */
export function createReading(i18n, onChoose) {
	const form = h("span");
	const choices = h("div", { class: "table-choices" });
	const element = h("details", { class: "table-reading" }, h("summary", { data: { choice: "reading" } }, form), choices);
	let guessed = false;

	/** @param {"separator" | "decimal" | "encoding"} name @param {[string, string][]} options @param {string | null} chosen */
	const choice = (name, options, chosen) => {
		const all = /** @type {[string, string][]} */ ([[AUTOMATIC, i18n.t("table.automatic")], ...options]);
		const list = createSelect(name, all, chosen ?? AUTOMATIC, (value) => onChoose({ [name]: value === AUTOMATIC ? null : value }));
		return labelled(i18n.t(`table.choice.${name}`), list);
	};
	/** @param {"separator" | "decimal"} name @param {Record<string, string>} words */
	const named = (name, words) =>
		Object.entries(words).map(([value, word]) => /** @type {[string, string]} */ ([value, i18n.t(`table.${name}Name.${word}`)]));
	const encodings = ENCODINGS.map((name) => /** @type {[string, string]} */ ([name, i18n.t(`table.encodingName.${name}`)]));

	return {
		element,
		/** @param {TablePreview} preview @param {TableChoices} chosen @param {boolean} isFile text that was pasted has no encoding */
		update(preview, chosen, isFile) {
			setText(form, formText(i18n, preview));
			choices.replaceChildren(
				choice("separator", named("separator", SEPARATORS), chosen.separator),
				choice("decimal", named("decimal", DECIMALS), chosen.decimal),
				...(isFile ? [choice("encoding", encodings, chosen.encoding)] : []),
			);
			const guesses = isFile && chosen.encoding === null && !preview.encoding.startsWith("utf-");
			if (guesses && !guessed) element.open = true; // names may be garbled: the remedy is in sight
			guessed = guesses;
		},
	};
}
