// The part on the network's quality: accuracy and confusion matrix, or R² and RMSE, for both sets, and the misclassified points.
import { createPoller } from "./poller.js";
import { classNames } from "./class-names.js";
import { createWrongMarks } from "./wrong-marks.js";
import { createWrongPoints } from "./wrong-points.js";
import { createConfusionMatrix } from "../ui/confusion-matrix.js";
import { h, setText } from "../ui/dom.js";
import { columnsOf } from "../settings/columns.js";
import { accuracy, loss } from "../ui/format.js";

/** @typedef {"train" | "test"} SetName */
const SETS = /** @type {SetName[]} */ (["train", "test"]);

/** Return the metrics of a set as pairs of name and text. @param {QualityOnSet} found @param {I18n} i18n @param {DataColumns | null} [columns] @returns {[string, string][]} */
export function metricTexts(found, i18n, columns) {
	if (found.matrix) return [["accuracy", accuracy(found.accuracy, i18n)]];
	const squared = found.r_squared === null ? "–" : i18n.number(found.r_squared, { maximumFractionDigits: 3 });
	const unit = Math.abs(columns?.target?.factor ?? 1); // of the target's column
	return [["rSquared", squared], ["rmse", loss(found.rmse === null ? null : found.rmse / unit, i18n)]];
}

/** @param {I18n} i18n */
function createNumbers(i18n) {
	const heads = SETS.map((set) => h("th", { scope: "col", text: i18n.t(`inside.quality.${set}`) }));
	const body = h("tbody");
	const element = h("table", { class: "layer-table quality-table" }, h("thead", {}, h("tr", {}, h("td"), ...heads)), body);
	/** @type {HTMLElement[]} */
	let cells = [];
	let shown = "";
	return {
		element,
		/** @param {QualityReport["quality"]} quality @param {DataColumns | null} columns */
		update({ train, test }, columns) {
			const [ofTrain, ofTest] = [metricTexts(train, i18n, columns), metricTexts(test, i18n, columns)];
			const names = ofTrain.map(([name]) => name);
			if (names.join() !== shown) {
				shown = names.join();
				cells = names.flatMap(() => [h("td"), h("td")]);
				const name = (/** @type {string} */ each) => h("th", { scope: "row", text: i18n.t(`inside.quality.${each}`) });
				body.replaceChildren(...names.map((each, index) => h("tr", {}, name(each), cells[2 * index], cells[2 * index + 1])));
			}
			names.forEach((_, index) => [ofTrain, ofTest].forEach((numbers, at) => setText(cells[2 * index + at], numbers[index][1])));
		},
	};
}

/** @param {I18n} i18n */
function createMatrices(i18n) {
	const element = h("div", { class: "quality-matrix" });
	/** @type {ReturnType<typeof createConfusionMatrix> | null} */
	let matrix = null;
	let shown = "";
	return {
		element,
		/** @param {number[][] | null} counts @param {Colors} colors @param {DataColumns | null} columns */
		update(counts, colors, columns) {
			element.hidden = !counts;
			if (!counts) return;
			const names = classNames(counts.length, i18n, columns);
			if (!matrix || names.join("\n") !== shown) {
				shown = names.join("\n");
				const [label, hint] = [i18n.t("inside.quality.matrix"), i18n.t("inside.quality.hint")];
				matrix = createConfusionMatrix({ i18n, names, label, hint, onCell: () => {} });
				element.replaceChildren(matrix.element);
				element.style.setProperty("--classes", String(names.length));
			}
			matrix.update(counts.flat(), colors);
		},
	};
}

/** Return the part of the panel. @param {InsideTools} options @returns {InsidePart} */
export function createPart({ i18n, catalogue, onMeasureQuality, inspectPoint }) {
	const poller = createPoller(onMeasureQuality);
	const numbers = createNumbers(i18n);
	const matrices = createMatrices(i18n);
	const marks = createWrongMarks((index) => inspectPoint({ set: chosen, index }));
	const points = createWrongPoints(i18n, { onChoose: (index) => inspectPoint({ set: chosen, index }), onPoint: marks.emphasize });
	/** @type {SetName} */
	let chosen = "test";
	const sets = SETS.map((set) =>
		h("button", {
			type: "button",
			class: "quality-set",
			text: i18n.t(`inside.quality.${set}.points`),
			on: { click: () => chooseSet(set) },
		})
	);
	const note = h("p", { class: "quiet" });
	const measured = h(
		"div",
		{ class: "inside-part" },
		numbers.element,
		note,
		h("div", { class: "quality-sets", role: "group", "aria-label": i18n.t("inside.quality.set") }, ...sets),
		matrices.element,
		points.element,
	);
	const elsewhere = h("p", { class: "quiet", text: i18n.t("inside.quality.images"), hidden: true });
	const element = h("div", { class: "quality" }, measured, elsewhere);
	/** @type {PageState | null} */
	let page = null;
	/** @type {QualityReport | null} */
	let report = null;

	function chooseSet(/** @type {SetName} */ set) {
		chosen = set;
		draw();
	}

	function draw() {
		sets.forEach((each, index) => each.setAttribute("aria-pressed", String(SETS[index] === chosen)));
		if (!page || !report) return;
		const { quality } = report;
		const columns = page.server && columnsOf(page.server.config, catalogue);
		numbers.update(quality, columns);
		setText(note, i18n.t(quality.train.matrix ? "inside.quality.note" : "inside.quality.note.regression"));
		matrices.update(quality[chosen].matrix, page.colors, columns);
		points.update(quality[chosen], page.points?.[chosen] ?? null, { columns, problem: page.server?.config.problem ?? "" });
		marks.update(quality[chosen], page.points?.[chosen] ?? null, page.colors);
	}

	return {
		element,
		show: () => poller.start(),
		hide() {
			poller.stop();
			marks.clear();
			report = null;
		},
		update(model) {
			page = model;
			const isImages = model.server?.config.problem === "images";
			[measured.hidden, elsewhere.hidden] = [isImages, !isImages];
			if (isImages) return marks.clear();
			if (model.frame) poller.request(model.frame.frame);
			if (!model.quality || model.quality === report) return;
			report = model.quality;
			poller.receive();
			draw();
		},
	};
}
