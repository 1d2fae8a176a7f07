// The digits drawn by hand that are part of the data: a form that adds one with its label, and the list of all.
import { button } from "../ui/dialog.js";
import { h, setText } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { setOptions } from "../ui/select.js";
import { MAX_INK } from "../settings/images.js";
import { isEmpty } from "./ink.js";
import { DIGIT_NAMES } from "./matrix.js";
import { paintDigit } from "./paint.js";

const MAX_DRAWINGS = 200;
const DIGIT_SIZE = 28; // pixels

/** Return the form and the list. @param {LabTools & {pixels: () => number[], onAdded: () => void}} options `pixels` returns what is drawn now */
export function createDrawings({ i18n, present, onChange, onShow, notify, pixels, onAdded }) {
	const label = h("select", { "aria-label": i18n.t("images.add.label") });
	setOptions(label, ["", ...DIGIT_NAMES], (each) => each || "–");
	const use = h("select", { "aria-label": i18n.t("images.add.use") });
	setOptions(use, ["train", "test"], (each) => i18n.t(`images.set.${each}`));
	const add = button(i18n.t("images.add"), () => addDrawing(), { class: "wide", data: { help: "images.add.help" } });
	const form = h(
		"div",
		{ class: "digit-add" },
		h("span", { class: "label", text: i18n.t("images.add.question") }),
		h("div", { class: "digit-add-row" }, label, use),
		add,
	);
	const list = h("ul", { class: "digit-drawings", "aria-label": i18n.t("control.drawings.label") });
	const count = h("span", { class: "label" });
	const own = h("div", { class: "digit-own", hidden: true }, count, list);
	const drawings = () => /** @type {Drawing[]} */ (present()?.drawings ?? []);

	function addDrawing() {
		const picture = pixels();
		if (isEmpty(picture)) return notify(i18n.t("images.empty"));
		if (label.value === "") {
			label.focus();
			return notify(i18n.t("images.add.choose"));
		}
		if (drawings().length >= MAX_DRAWINGS) return notify(i18n.t("images.most", { count: MAX_DRAWINGS }));
		onChange({ drawings: [...drawings(), { label: Number(label.value), pixels: picture, use: use.value }] });
		label.value = "";
		return onAdded();
	}

	/** @param {Drawing} drawing @param {number} at @param {Colors} colors */
	function item(drawing, at, colors) {
		const canvas = h("canvas");
		paintDigit(canvas, DIGIT_SIZE, drawing.pixels, MAX_INK, colors);
		const name = i18n.t(`images.own.${drawing.use}`, { index: at + 1, digit: String(drawing.label) });
		const show = h(
			"button",
			{
				type: "button",
				class: "digit-tile",
				"aria-label": name,
				on: { click: () => onShow({ pixels: drawing.pixels }) },
			},
			canvas,
			h("span", { text: String(drawing.label) }),
		);
		const remove = h("button", {
			type: "button",
			class: "icon-button small",
			"aria-label": i18n.t("images.own.remove", { index: at + 1 }),
			on: { click: () => onChange({ drawings: drawings().filter((_, index) => index !== at) }) },
		}, icon("close"));
		return h("li", { data: { use: drawing.use } }, show, remove);
	}

	let key = "";
	/** @type {Colors | null} */
	let shownColors = null;
	return {
		form,
		own,
		/** @param {ImagePage} page @param {boolean} drawing */
		update({ server, colors }, drawing) {
			form.hidden = !drawing;
			const all = /** @type {Drawing[]} */ (server.config.drawings ?? []);
			own.hidden = all.length === 0;
			const next = JSON.stringify(all);
			if (next === key && colors === shownColors) return;
			[key, shownColors] = [next, colors];
			setText(count, i18n.t("images.own.count", { count: all.length }));
			list.replaceChildren(...all.map((each, at) => item(each, at, colors)));
		},
	};
}
