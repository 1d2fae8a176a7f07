// The numbers of the picture's axes in the units of the columns that the points come from.
import { h } from "../ui/dom.js";
import { SHORT_NUMBER } from "../ui/scaling-text.js";
import { ticksOf } from "./scaling.js";
import { PLANE } from "../settings/limits.js";

const TICKS_ACROSS = 4; // about as many numbers as fit on the axis
const TICKS_DOWN = 6;

/**
 * Return the view of the axes.
 * @param {HTMLElement} picture with an axis below and one beside it @param {I18n} i18n
 */
export function createColumnAxes(picture, i18n) {
	const [down, across] = ["down", "across"].map((kind) => /** @type {HTMLElement} */ (picture.querySelector(`.axis.${kind}`)));
	const plain = [down, across].map((axis) => [...axis.childNodes]);
	const frame = /** @type {HTMLElement} */ (picture.querySelector(".picture-frame"));
	const names = ["x1", "x2"].map((name) => h("span", { class: `axis-name of-${name}`, "aria-hidden": "true", hidden: true }));
	frame.append(...names);

	/** @param {DataColumn} column @param {number} parts @param {(position: string) => string} style */
	const ticks = (column, parts, style) =>
		ticksOf(column, PLANE, parts).map(({ value, at }) =>
			h("span", { text: i18n.number(value, SHORT_NUMBER), style: style(`${((at + PLANE) / (2 * PLANE)) * 100}%`) })
		);

	return {
		/** @param {Config["data_columns"]} columns null: the plane's own numbers */
		update(columns) {
			names.forEach((each, at) => {
				each.hidden = !columns;
				each.textContent = columns ? (at === 0 ? columns.x1 : columns.x2).name : "";
			});
			down.replaceChildren(
				...(columns ? ticks(columns.x2, TICKS_DOWN, (position) => `bottom: ${position}; transform: translateY(50%)`) : plain[0]),
			);
			across.replaceChildren(...(columns ? ticks(columns.x1, TICKS_ACROSS, (position) => `left: ${position}`) : plain[1]));
		},
	};
}
