// The output of a network for images: scores or the chosen map, the confusion matrix, and the misclassified digits.
import { h } from "../ui/dom.js";
import { createGallery } from "./gallery.js";
import { createMapPicture } from "./map-picture.js";
import { createMatrix } from "./matrix.js";
import { createScores } from "./scores.js";

const TABS = /** @type {const} */ (["scores", "matrix", "wrong"]);

/** Add the output's tabs and views to an element. @param {HTMLElement} output @param {{i18n: I18n, onShow: (image: ImageToShow) => void, onUnchoose: () => void}} options */
export function createOutput(output, { i18n, onShow, onUnchoose }) {
	const scores = createScores({ i18n });
	const picture = createMapPicture({ i18n, onClose: onUnchoose });
	const matrix = createMatrix({ i18n, onCell: (truth, predicted) => show("wrong", { truth, predicted }) });
	const gallery = createGallery({ i18n, onShow, onAll: () => show("wrong") });
	const panel = h(
		"div",
		{ class: "image-output of-images" },
		scores.element,
		picture.element,
		matrix.element,
		gallery.element,
		scores.spoken,
	);
	const buttons = TABS.map((name) => {
		const click = () => {
			if (name === "scores") onUnchoose();
			show(name);
		};
		return h("button", {
			type: "button",
			class: "output-tab",
			"aria-pressed": "false",
			data: { tab: name, help: `images.tab.${name}.help` },
			on: { click },
		}, h("span", { text: i18n.t(`images.tab.${name}`) }));
	});
	const tabs = h("div", { class: "output-tabs of-images", role: "group", "aria-label": i18n.t("images.tabs") }, ...buttons);
	output.querySelector(".output-head")?.append(tabs);
	output.querySelector("#picture")?.after(panel);
	/** @type {typeof TABS[number]} */
	let tab = "scores";
	/** @type {{truth: number, predicted: number} | null} */
	let cell = null;
	/** @type {[ImagePage, Choice | null] | null} */
	let lastUpdate = null;

	/** @param {typeof TABS[number]} next @param {{truth: number, predicted: number} | null} [only] */
	function show(next, only = null) {
		[tab, cell] = [next, only];
		if (lastUpdate) update(...lastUpdate);
	}

	/** @param {ImagePage} page @param {Choice | null} chosen */
	function update(page, chosen) {
		lastUpdate = [page, chosen];
		const large = tab === "scores" && chosen !== null;
		scores.element.hidden = tab !== "scores" || large;
		picture.element.hidden = !large;
		matrix.element.hidden = tab !== "matrix";
		gallery.element.hidden = tab !== "wrong";
		output.dataset.tab = tab;
		for (const each of buttons) each.setAttribute("aria-pressed", String(each.dataset.tab === tab));
		scores.update(page);
		if (large) picture.update(page, chosen);
		if (tab === "matrix") matrix.update(page);
		if (tab === "wrong") gallery.update(page, cell);
	}

	return { update, toScores: () => show("scores") };
}
