// The misclassified test digits; a click shows one to the network.
import { h, setText } from "../ui/dom.js";
import { paintDigit } from "./paint.js";

const DIGIT_SIZE = 36; // pixels

/** Return the view of misclassified digits. @param {{i18n: I18n, onShow: (image: ImageToShow) => void, onAll: () => void}} options */
export function createGallery({ i18n, onShow, onAll }) {
	const list = h("div", { class: "gallery", role: "group", "aria-label": i18n.t("images.wrong.label") });
	const text = h("p", { class: "quiet" });
	const all = h("button", { type: "button", class: "text-button", on: { click: onAll } }, h("span", { text: i18n.t("images.wrong.all") }));
	const element = h("div", { class: "wrong-digits" }, h("div", { class: "wrong-head" }, text, all), list);
	/** @type {unknown[]} */
	let shownInputs = [];

	/** @param {WrongImage} wrong @param {Colors} colors @param {boolean} shown */
	function tile({ index, label, predicted, probability, pixels }, colors, shown) {
		const canvas = h("canvas");
		paintDigit(canvas, DIGIT_SIZE, pixels, 255, colors);
		const percent = i18n.number(probability, { style: "percent", maximumFractionDigits: 0 });
		const name = i18n.t("images.wrong.digit", { truth: String(label), predicted: String(predicted), share: percent });
		return h(
			"button",
			{
				type: "button",
				class: "digit-tile",
				"aria-label": name,
				"aria-pressed": String(shown),
				title: name,
				data: { index: String(index) },
				on: { click: () => onShow({ set: "test", index }) },
			},
			canvas,
			h("span", { text: `${label} → ${predicted}` }),
		);
	}

	return {
		element,
		/** @param {ImagePage} page @param {{truth: number, predicted: number} | null} only the cell of the matrix that is shown; null: all */
		update({ confusion, colors, image }, only) {
			const shown = image?.source === "test" ? image.index : -1;
			if (!confusion || [confusion, colors, shown, only].every((each, at) => each === shownInputs[at])) return;
			const same = [confusion, colors, only].every((each, at) => each === [shownInputs[0], shownInputs[1], shownInputs[3]][at]);
			shownInputs = [confusion, colors, shown, only];
			if (same) { // only another one is shown: the buttons stay, and with them the focus
				for (const each of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("button"))) {
					each.setAttribute("aria-pressed", String(Number(each.dataset.index) === shown));
				}
				return;
			}
			const fits = confusion.wrong.filter(({ label, predicted }) => !only || (label === only.truth && predicted === only.predicted));
			let count = 0;
			confusion.matrix.forEach((/** @type {number} */ each, /** @type {number} */ at) =>
				Math.floor(at / 10) === at % 10 || (count += each)
			);
			const focused = list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.index : null;
			setText(
				text,
				only
					? i18n.t("images.wrong.cell", { truth: String(only.truth), predicted: String(only.predicted), count: fits.length })
					: i18n.t(fits.length < count ? "images.wrong.some" : "images.wrong.count", { count, shown: fits.length }),
			);
			all.hidden = !only;
			list.replaceChildren(...fits.map((each) => tile(each, colors, each.index === shown)));
			if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-index="${focused}"]`))?.focus();
		},
	};
}
