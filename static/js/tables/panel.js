// The panel below the datasets: the button for a table, and the columns and classes that the points come from.
import { button } from "../ui/dialog.js";
import { h } from "../ui/dom.js";
import { CUSTOM } from "../settings/limits.js";
import { createColumnAxes } from "./axes.js";
import { namedColumns, SHORT_NUMBER } from "../ui/scaling-text.js";
import { rangeOf } from "./scaling.js";

/** Where the least and the largest value of real data lie. */
const REAL_DATA_CORNERS = [[-5, -5, -1], [5, 5, 1]];

/** Add the panel to the page. @param {HTMLElement} after the element that it follows @param {HTMLElement} picture @param {OwnDataOptions} options */
export function createOwnData(after, picture, { i18n, catalogue, onOpen, fillOf }) {
	const axes = createColumnAxes(picture, i18n);
	const opener = button(i18n.t("table.open"), onOpen, { class: "wide", data: { action: "table", help: "control.table.help" } });
	const legend = h("dl", { class: "own-columns" });
	const element = h("div", { class: "own-data", hidden: true, data: { hide: "dataset" } }, opener, legend);
	after.append(element);
	/** @type {unknown[]} */
	let shownInputs = [];

	/** @param {Config} config @param {Config["data_columns"]} columns @param {Colors} colors */
	function linesOf(config, columns, colors) {
		if (!columns) return [];
		const number = (/** @type {number} */ value) => i18n.number(value, SHORT_NUMBER);
		const line = (/** @type {string} */ symbol, /** @type {DataColumn | null} */ column, /** @type {number} */ at) => {
			if (!column) return [];
			const { low, high } = rangeOf(column, config.data_columns ? config.points : REAL_DATA_CORNERS, at);
			const range = i18n.t("table.range", { low: number(low), high: number(high) });
			return [
				h("dt", { text: symbol }),
				h("dd", { title: column.name }, h("span", { text: column.name }), h("span", { class: "quiet", text: range })),
			];
		};
		const fill = fillOf(colors, config);
		const classes = columns.classes.map((name, index) => {
			const chip = h("span", { class: "class-chip" });
			chip.style.setProperty("--class", fill(config.problem === "multiclass" ? index : 2 * index - 1));
			return h("li", { title: name }, chip, h("span", { text: name }));
		});
		const lines = [...line("x₁", columns.x1, 0), ...line("x₂", columns.x2, 1), ...line("y", columns.target, 2)];
		return classes.length > 0
			? [...lines, h("dt", { class: "visually-hidden", text: i18n.t("table.class") }), h("dd", { class: "wide" }, h("ul", {}, ...classes))]
			: lines;
	}

	return {
		/** @param {PageState} state */
		update({ server, colors, isWatchOnly }) {
			const config = server?.config;
			if (!config) return;
			const isOwn = config.dataset === CUSTOM;
			const now = [config.data_columns, config.points, colors, config.dataset, server?.custom_data];
			opener.hidden = isWatchOnly || !isOwn;
			if (now.every((each, at) => each === shownInputs[at])) return;
			shownInputs = now;
			const columns = server?.custom_data ? null : namedColumns(i18n, config, catalogue); // points of a program are not those of the config
			axes.update(columns);
			element.hidden = server?.custom_data === true || !(isOwn || columns);
			legend.replaceChildren(...linesOf(config, columns, colors));
		},
	};
}
