// The preview of a table: its first rows, the choice of columns, the classes, hints and faults.
import { labelled, tick } from "../ui/dialog.js";
import { h } from "../ui/dom.js";
import { scalingText } from "../ui/scaling-text.js";
import { hintElements } from "./hints.js";
import { createReading } from "./reading.js";
import { createSelect } from "./select.js";
import { faultText, reasonText } from "./table-words.js";

const ROLES = /** @type {const} */ (["x1", "x2", "target"]);
const SYMBOLS = { x1: "x₁", x2: "x₂", target: "y" };

/** What is chosen of columns that are other ones now. */
const noColumns = { x1: null, x2: null, target: null, problem: null, numbers: [], labels: [] };

/** The first rows, with the chosen columns marked. @param {I18n} i18n @param {TablePreview} preview */
function createRows(i18n, preview) {
	const { columns, rows } = preview;
	const role = (/** @type {number} */ at) => ROLES.find((each) => preview[each] === at) ?? "";
	const head = columns.map(({ name }, at) =>
		h(
			"th",
			{ scope: "col", data: { role: role(at) } },
			h("span", { text: name }),
			h("small", { text: role(at) ? i18n.t(`table.role.${role(at)}`) : "" }),
		)
	);
	const body = rows.map(({ line, cells }) =>
		h(
			"tr",
			{},
			h("th", { scope: "row", text: String(line) }),
			...columns.map((_, at) => h("td", { data: { role: role(at) }, text: cells[at] ?? "" })),
		)
	);
	return h(
		"div",
		{ class: "table-rows", tabindex: "0", role: "group", "aria-label": i18n.t("table.first") },
		h("table", {}, h("thead", {}, h("tr", {}, h("th", { text: "" }), ...head)), h("tbody", {}, ...body)),
	);
}

/**
 * Return the preview.
 * @param {I18n} i18n @param {(chosen: Partial<TableChoices>) => void} onChoose something else was chosen
 */
export function createTablePreview(i18n, onChoose) {
	const reading = createReading(i18n, (chosen) => onChoose({ ...chosen, header: null, ...noColumns }));
	const header = tick(i18n.t("table.header"));
	const choices = h("div", { class: "table-choices" });
	const place = h("div");
	const result = h("div", { class: "table-result" });
	const hints = h("div", { class: "table-hints", role: "status" });
	const faults = h("div", { class: "table-faults", role: "alert" });
	const element = h(
		"div",
		{ class: "table-preview" },
		h("div", { class: "table-form" }, reading.element, header.element),
		place,
		choices,
		result,
		hints,
		faults,
	);
	header.box.addEventListener("change", () => onChoose({ header: header.box.checked, ...noColumns }));

	/** @param {TablePreview} preview */
	function showChoices(preview) {
		const options = preview.columns.map(({ name }, at) => /** @type {[string, string]} */ ([String(at), name]));
		const lists = ROLES.map((role) => {
			const others = ROLES.filter((each) => each !== role);
			const list = createSelect(role, options, String(preview[role]), (value) => {
				const swapped = others.find((each) => String(preview[each]) === value); // then the two change places
				onChoose({
					x1: preview.x1,
					x2: preview.x2,
					target: preview.target,
					...(swapped && { [swapped]: preview[role] }),
					[role]: Number(value),
					problem: null,
				});
			});
			return labelled(i18n.t(`table.role.${role}`), list);
		});
		const problems = preview.problems.map((each) => /** @type {[string, string]} */ ([each, i18n.t(`choice.problem.${each}`)]));
		const problem = createSelect("problem", problems, preview.problem ?? "", (value) => onChoose({ problem: value }));
		choices.replaceChildren(...lists, ...(problems.length > 0 ? [labelled(i18n.t("control.problem.label"), problem)] : []));
	}

	/** @param {TablePreview} preview */
	function resultElements(preview) {
		const { classes, data_columns: columns, points, usable_rows: usable } = preview;
		const lines = [];
		if (points > 0 && points < usable) {
			lines.push(h("p", { class: "sampled", text: i18n.t("table.sampled", { count: points, rows: usable }) }));
		}
		if (classes.length > 0) {
			const text = i18n.t("table.class");
			const list = classes.map(({ name, points: count }) => h("li", { text: i18n.t("table.classCount", { name, n: count }) }));
			lines.push(h("div", { class: "table-classes" }, h("span", { class: "label", text }), h("ul", {}, ...list)));
		}
		if (columns) {
			const roles = ROLES.filter((role) => columns[role]);
			const texts = roles.map((role) => scalingText(i18n, SYMBOLS[role], /** @type {DataColumn} */ (columns[role])));
			lines.push(h("p", { class: "quiet", text: texts.join("; ") }));
		}
		return lines;
	}

	/** @param {TablePreview} preview @param {boolean} skip whether bad lines are left out */
	function faultElements({ faults: list, bad_lines: count, unusable }, skip) {
		const lines = [];
		if (unusable && unusable.code !== "bad_lines") lines.push(h("p", { class: "fault", text: reasonText(i18n, unusable) }));
		if (count === 0) return lines;
		const leave = tick(i18n.t("table.skip"), skip);
		leave.box.addEventListener("change", () => onChoose({ skip_invalid: leave.box.checked }));
		const more = count > list.length ? [h("li", { text: i18n.t("table.moreFaults", { count: count - list.length }) })] : [];
		lines.push(
			h("p", { class: "fault", text: i18n.t("table.badLines", { count }) }),
			h("ul", {}, ...list.map((each) => h("li", { text: faultText(i18n, each) })), ...more),
			leave.element,
		);
		return lines;
	}

	return {
		element,
		/** @param {TablePreview | null} preview null: nothing is known @param {TableChoices} chosen @param {boolean} isFile */
		update(preview, chosen, isFile) {
			element.hidden = !preview;
			if (!preview) return;
			const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.choice;
			const known = preview.columns.length > 0;
			reading.element.hidden = !known && !isFile;
			reading.update(preview, chosen, isFile);
			header.element.hidden = !known;
			header.box.checked = preview.header;
			place.replaceChildren(...(known ? [createRows(i18n, preview)] : []));
			if (preview.target === null) choices.replaceChildren();
			else showChoices(preview);
			result.replaceChildren(...resultElements(preview));
			hints.replaceChildren(...hintElements(i18n, preview, chosen, onChoose));
			faults.replaceChildren(...faultElements(preview, chosen.skip_invalid));
			if (focused) /** @type {HTMLElement | null} */ (element.querySelector(`[data-choice="${focused}"]`))?.focus();
		},
	};
}
