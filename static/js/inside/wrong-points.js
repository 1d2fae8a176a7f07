// The list of misclassified points, or in regression of those with the largest errors; each opens the explanation of a step with it.
import { brief } from "./numbers.js";
import { fromPlane } from "../settings/columns.js";
import { POINT_SIZE } from "../net/protocol.js";
import { h, setText } from "../ui/dom.js";

const MAX_ROWS = 12;

/**
 * Return the position of a point; null if the data have changed since the measurement.
 * @param {PointPrediction} point @param {Float32Array | null} points x1, x2, target of each
 */
export function positionOf({ index, target }, points) {
	const [x1, x2, known] = points?.subarray(POINT_SIZE * index, POINT_SIZE * (index + 1)) ?? [];
	return known === Math.fround(target) ? { x1, x2 } : null;
}

/**
 * Return the numbers of a point as texts, in the units of its table.
 * @param {PlanePoint} place @param {PointPrediction} point @param {{columns: DataColumns | null, problem: string}} table @param {I18n} i18n
 */
export function textsOf({ x1, x2 }, { target, predicted, loss }, { columns, problem }, i18n) {
	const digits = columns ? { maximumSignificantDigits: 4 } : { maximumFractionDigits: 1 };
	const value = (/** @type {DataColumn | undefined} */ column, /** @type {number} */ at) =>
		i18n.number(column ? fromPlane(column, at) : at, digits);
	const outcome = (/** @type {number} */ of) => {
		if (columns?.classes.length) return columns.classes[problem === "classification" ? Number(of > 0) : of];
		return columns?.target ? value(columns.target, of) : brief(of, i18n);
	};
	return {
		x1: value(columns?.x1, x1),
		x2: value(columns?.x2, x2),
		target: outcome(target),
		predicted: predicted === null ? "–" : outcome(predicted),
		loss: loss === null ? "–" : brief(loss, i18n),
	};
}

/** Return the list. @param {I18n} i18n @param {{onChoose: (index: number) => void, onPoint: (index: number | null) => void}} options `onPoint`: a row is pointed at, or no longer */
export function createWrongPoints(i18n, { onChoose, onPoint }) {
	const title = h("h3");
	const list = h("ol", { class: "wrong-points" });
	const columns = h("p", { class: "quiet", text: i18n.t("inside.quality.columns") });
	const remaining = h("p", { class: "quiet" });
	const element = h("div", { class: "inside-part" }, title, columns, list, remaining);
	/** @type {PointPrediction[]} */
	let shown = [];

	const rows = Array.from({ length: MAX_ROWS }, (_, at) => {
		const [place, change, size] = [h("span"), h("span"), h("span", { class: "quiet" })];
		const leave = () => onPoint(null);
		const enter = () => onPoint(shown[at].index);
		const on = { click: () => onChoose(shown[at].index), pointerenter: enter, pointerleave: leave, focus: enter, blur: leave };
		const button = h("button", { type: "button", on }, place, change, size);
		return { row: h("li", {}, button), button, place, change, size };
	});

	return {
		element,
		/** @param {QualityOnSet} found @param {Float32Array | null} points @param {{columns: DataColumns | null, problem: string}} table */
		update({ worst, wrong, points: all }, points, table) {
			shown = worst.filter((each) => positionOf(each, points)).slice(0, MAX_ROWS);
			const key = wrong === null ? "errors" : wrong > 0 ? "wrong" : "none";
			setText(title, i18n.t(`inside.quality.${key}`, { wrong: wrong ?? 0, all }));
			if (list.childElementCount !== shown.length) list.replaceChildren(...shown.map((_, at) => rows[at].row));
			shown.forEach((each, at) => {
				const { button, place, change, size } = rows[at];
				const values = textsOf(/** @type {PlanePoint} */ (positionOf(each, points)), each, table, i18n);
				setText(place, `(${values.x1}, ${values.x2})`);
				setText(change, `${values.target} → ${values.predicted}`);
				setText(size, values.loss);
				button.setAttribute("aria-label", i18n.t("inside.quality.point", values));
			});
			columns.hidden = shown.length === 0;
			remaining.hidden = wrong === null || wrong <= shown.length;
			setText(remaining, i18n.t("inside.quality.remaining", { number: (wrong ?? 0) - shown.length }));
		},
	};
}
