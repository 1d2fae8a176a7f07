// The hints about remarkable columns of a table, with controls for what can be done.
import { button, tick } from "../ui/dialog.js";
import { h } from "../ui/dom.js";
import { hintText } from "./table-words.js";

/** Which way of reading a column is offered beside a hint. */
const OFFERS = /** @type {Record<string, "numbers" | "labels">} */ ({ not_numbers: "labels", some_numbers: "numbers" });

/**
 * Return the elements of a table's hints.
 * @param {I18n} i18n @param {TablePreview} preview @param {TableChoices} chosen @param {(chosen: Partial<TableChoices>) => void} onChoose
 */
export function hintElements(i18n, preview, chosen, onChoose) {
	const { hints, columns, target, outliers_left_out: left } = preview;
	/** A button that has a column read otherwise. @param {TableHint} hint */
	const remedyButton = ({ code, column }) => {
		const kind = OFFERS[code];
		const at = columns.findIndex(({ name }) => name === column);
		if (!kind || at < 0 || (kind === "labels" && at !== target && !chosen.numbers.includes(at))) return [];
		const other = kind === "labels" ? "numbers" : "labels";
		const next = { [kind]: [...chosen[kind].filter((each) => each !== at), at], [other]: chosen[other].filter((each) => each !== at) };
		return [button(i18n.t(`table.as.${kind}`), () => onChoose({ ...next, problem: null }), { data: { choice: `as-${kind}-${at}` } })];
	};
	if (hints.length === 0) return [];
	const lines = hints.map((hint) => h("li", {}, h("span", { text: hintText(i18n, hint) }), ...remedyButton(hint)));
	/** @type {HTMLElement[]} */
	const parts = [h("ul", {}, ...lines)];
	if (left > 0 || hints.some(({ code }) => code === "outliers")) {
		const leave = tick(i18n.t("table.skipOutliers"), chosen.skip_outliers);
		leave.box.dataset.choice = "outliers";
		leave.box.addEventListener("change", () => onChoose({ skip_outliers: leave.box.checked }));
		parts.push(leave.element);
		if (left > 0) leave.element.append(h("span", { class: "quiet", text: i18n.t("table.leftOut", { count: left }) }));
	}
	return parts;
}
