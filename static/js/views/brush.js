// The panel of the spray: its settings, and sampling more points like the present ones. Loaded with the drawing tools.
import { button } from "../ui/dialog.js";
import { h, setText } from "../ui/dom.js";
import { onEscape } from "../ui/escape.js";
import { icon } from "../ui/icons.js";

/** What is set first: spread and width on the plane, the others in points. */
const DEFAULT_BRUSH = { spread: 0.8, amount: 5, more: 20, width: 0 };
const BOUNDS = { spread: [0.1, 3, 0.1], amount: [1, 30, 1], more: [1, 100, 1] };
const KERNEL_WIDTHS = [0.1, 0.2, 0.4, 0.8, 1.6]; // 0: chosen by the points themselves

/** Return the panel of the spray; `settings` has its present values. @param {I18n} i18n @param {{onMore: () => Promise<void>, onChange: () => void, onClose: () => void}} on */
export function createBrush(i18n, { onMore, onChange, onClose }) {
	const settings = { ...DEFAULT_BRUSH };

	/** A slider with its number. @param {"spread" | "amount" | "more"} name */
	const slider = (name) => {
		const [min, max, step] = BOUNDS[name];
		const value = h("output", { text: i18n.number(settings[name]) });
		const range = h("input", { type: "range", min, max, step, id: `brush-${name}`, value: settings[name] });
		range.addEventListener("input", () => {
			settings[name] = Number(range.value);
			setText(value, i18n.number(settings[name]));
			onChange();
		});
		const label = h("label", { for: `brush-${name}`, text: i18n.t(`brush.${name}`) });
		return h("div", { class: "brush-row" }, label, value, range);
	};
	const widths = [0, ...KERNEL_WIDTHS].map((width) =>
		h("option", { value: width, text: width === 0 ? i18n.t("brush.automatic") : i18n.number(width) })
	);
	const width = h("select", { id: "brush-width", "aria-describedby": "brush-width-help" }, ...widths);
	width.addEventListener("change", () => (settings.width = Number(width.value)));
	const more = slider("more");
	const add = button(i18n.t("brush.add"), async () => {
		add.disabled = true;
		await onMore().finally(() => (add.disabled = false));
	}, { class: "wide", data: { brush: "add" } });
	const cross = { type: "button", class: "icon-button small", "aria-label": i18n.t("share.close"), on: { click: onClose } };
	const element = h(
		"div",
		{ class: "popover brush", role: "group", "aria-label": i18n.t("brush.title"), hidden: true },
		h("header", { class: "dialog-head" }, h("h3", { text: i18n.t("brush.title") }), h("button", cross, icon("close"))),
		slider("spread"),
		slider("amount"),
		h("h3", { text: i18n.t("brush.moreTitle") }),
		h("p", { class: "quiet", id: "brush-width-help", text: i18n.t("brush.moreHelp") }),
		more,
		h("div", { class: "brush-row" }, h("label", { for: "brush-width", text: i18n.t("brush.width") }), width),
		add,
	);
	onEscape(element, onClose);
	return {
		element,
		settings,
		/** @param {boolean} byClass whether points have classes; otherwise values, which one density has */
		showLabels(byClass) {
			const label = /** @type {HTMLElement} */ (more.firstChild);
			setText(label, i18n.t(byClass ? "brush.more" : "brush.moreValues"));
		},
	};
}
