// The part on the running training: explanations, and each layer's gradients, activation curve and histograms.
import { createPoller } from "./poller.js";
import { classNames } from "./class-names.js";
import { createExplanations } from "./explanations.js";
import { createLayerCurves } from "./layer-curves.js";
import { createLayerHistograms } from "./layer-histograms.js";
import { createLayerTable } from "./layer-table.js";
import { createNeuronMarks } from "./neuron-marks.js";
import { h } from "../ui/dom.js";
import { columnsOf } from "../settings/columns.js";

/** Return the part of the panel. @param {InsideOptions} options @returns {InsidePart} */
export function createPart({ i18n, catalogue, onMeasure, onTry }) {
	const explanations = createExplanations(i18n, onTry);
	const table = createLayerTable(i18n);
	const curves = createLayerCurves(i18n);
	const histograms = createLayerHistograms(i18n);
	const marks = createNeuronMarks(i18n);
	const part = (/** @type {string} */ name, /** @type {Element[]} */ ...content) =>
		h("section", { class: "inside-part" }, h("h3", { text: i18n.t(`inside.${name}`) }), ...content);
	const note = (/** @type {string} */ name) => h("p", { class: "quiet", text: i18n.t(`inside.${name}.note`) });
	const element = h(
		"div",
		{},
		part("why", explanations.element),
		part("flow", table.element, marks.element, note("flow")),
		part("curves", curves.element, note("curves")),
		part("histograms", histograms.element, note("histograms")),
	);

	/** @type {LayerReport | null} */
	let report = null;
	const poller = createPoller(onMeasure);

	return {
		element,
		show: poller.start,
		hide() {
			poller.stop();
			marks.clear();
			report = null;
		},
		update(model) {
			if (!model.frame) return;
			poller.request(model.frame.frame);
			if (!model.report || model.report === report) return;
			report = model.report;
			poller.receive();
			const { layers, epoch } = report.statistics;
			const config = model.server?.config;
			const count = config?.problem === "classification" ? 2 : config?.classes ?? 0;
			explanations.update(report.explanations, epoch, config ? classNames(count, i18n, columnsOf(config, catalogue)) : []);
			table.update(layers);
			curves.update(layers);
			histograms.update(layers);
			marks.update(layers);
		},
	};
}
