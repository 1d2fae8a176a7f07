// The table of the models stored in the browser, with the present training for comparison.
import { button } from "../ui/dialog.js";
import { h } from "../ui/dom.js";
import { epoch, loss } from "../ui/format.js";
import { summaryOf } from "./model-file.js";

const COLUMNS = ["name", "data", "network", "epochs", "trainLoss", "testLoss"];

/** Return the table. @param {I18n} i18n @param {Record<"onOpen" | "onDownload" | "onDelete", (saved: SavedModel) => void>} actions */
export function createList(i18n, { onOpen, onDownload, onDelete }) {
	const { t } = i18n;
	const body = h("tbody");
	const head = h("tr", {}, ...COLUMNS.map((name) => h("th", { scope: "col", text: t(`models.${name}`) })), h("td"));
	const element = h(
		"div",
		{ class: "models-table", tabindex: 0, role: "region", "aria-label": t("models.list") },
		h("table", {}, h("thead", {}, head), body),
	);
	/** @type {ModelFile | undefined} */
	let shown;

	const cell = (/** @type {string} */ name, /** @type {string} */ text) => h("td", { text, data: { label: t(`models.${name}`) } });

	/** @param {string} name @param {ModelFile} model @param {HTMLElement[]} buttons @param {string} [kind] */
	function createRow(name, model, buttons, kind = "") {
		const { dataset, shape, epochs, trainLoss, testLoss } = summaryOf(model);
		const known = i18n.has(`choice.dataset.${dataset}`) ? t(`choice.dataset.${dataset}`) : dataset;
		return h(
			"tr",
			{ class: kind },
			h("th", { scope: "row", text: name }),
			cell("data", known),
			cell("network", shape.join("–")),
			cell("epochs", epochs === null ? "–" : epoch(epochs, i18n)),
			cell("trainLoss", loss(trainLoss, i18n)),
			cell("testLoss", loss(testLoss, i18n)),
			h("td", { class: "models-buttons" }, ...buttons),
		);
	}

	return {
		element,
		/** @param {SavedModel[]} saved @param {{present?: ModelFile, canOpen: boolean}} page */
		show(saved, { present, canOpen }) {
			shown = present ?? shown;
			const rows = saved.map((each) => {
				const named = (/** @type {string} */ key, /** @type {(saved: SavedModel) => void} */ act) =>
					button(t(`models.${key}`), () => act(each), { "aria-label": t(`models.${key}Named`, { name: each.name }), data: { do: key } });
				const buttons = [named("download", onDownload), named("delete", onDelete)];
				return createRow(each.name, each.model, canOpen ? [named("open", onOpen), ...buttons] : buttons);
			});
			body.replaceChildren(...(shown ? [createRow(t("models.present"), shown, [], "present")] : []), ...rows);
		},
	};
}
