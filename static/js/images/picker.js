// Chooses the digit that the network is shown: of the test or training data, a misclassified one, or a drawn one.
import { button } from "../ui/dialog.js";
import { h, setText } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { setOptions } from "../ui/select.js";
import { imageCounts } from "../settings/images.js";
import { paintDigit } from "./paint.js";

const DIGIT_SIZE = 76; // pixels
const SETS = ["test", "train", "wrong"];

/** Return the picker. @param {LabTools & {onDraw: () => void}} options @returns {{element: HTMLElement, update: (page: ImagePage, drawing: boolean) => void, show: (image: ImageToShow) => void}} */
export function createPicker({ i18n, onShow, onDraw }) {
	const canvas = h("canvas", { role: "img", tabindex: "0", class: "digit-shown", data: { help: "images.shown.help" } });
	const [label, place] = [h("strong", {}), h("span", { class: "quiet" })];
	const select = h("select", { "aria-label": i18n.t("images.set.label"), data: { help: "images.set.help" } });
	const step = (/** @type {number} */ by, /** @type {string} */ name, /** @type {string} */ picture) =>
		h("button", {
			type: "button",
			class: "icon-button small",
			"aria-label": i18n.t(`images.${name}`),
			data: { help: `images.${name}` },
			on: { click: () => goBy(by) },
		}, icon(picture));
	const random = button(i18n.t("images.random"), () => goBy(null), { data: { help: "images.random.help" } });
	const draw = button(i18n.t("images.draw"), onDraw, { class: "wide", data: { help: "images.draw.help" } });
	const element = h(
		"div",
		{ class: "digit-picker" },
		h("div", { class: "digit-row" }, canvas, h("div", { class: "digit-text" }, label, place)),
		h("div", { class: "digit-steps" }, step(-1, "previous", "back"), random, step(1, "next", "forward")),
		select,
		draw,
	);
	/** @type {ImagePage | null} */
	let page = null;
	let set = "test";
	let index = 0;

	/** The indices of the chosen set. @returns {{count: number, at: (place: number) => number, place: number}} */
	function list() {
		const wrong = page?.confusion?.wrong ?? [];
		if (set === "wrong") {
			return {
				count: wrong.length,
				at: (each) => wrong[each].index,
				place: wrong.findIndex((each) => each.index === index),
			};
		}
		const counts = page ? imageCounts(page.server.config) : { train: 1, test: 1 };
		return { count: counts[/** @type {"train" | "test"} */ (set)], at: (each) => each, place: index };
	}

	/** Show another digit of the set. @param {number | null} by null: any */
	function goBy(by) {
		const { count, at, place: now } = list();
		if (count === 0) return;
		let next = by === null ? Math.floor(Math.random() * count) : now < 0 ? 0 : (now + by + count) % count;
		if (by === null && count > 1 && next === now) next = (next + 1) % count;
		show({ set: set === "train" ? "train" : "test", index: at(next) });
	}

	/** @param {ImageToShow} image */
	function show(image) {
		if ("index" in image) {
			index = image.index;
			if (image.set === "train" && set !== "train") set = "train";
			if (image.set === "test" && set === "train") set = "test";
		}
		onShow(image);
	}

	select.addEventListener("change", () => {
		set = select.value;
		const { count, at, place: now } = list();
		if (count > 0) show({ set: set === "train" ? "train" : "test", index: now >= 0 && now < count && set !== "wrong" ? now : at(0) });
	});
	canvas.addEventListener("keydown", (event) => {
		const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
		if (!by) return;
		event.preventDefault();
		goBy(by);
	});

	/** @param {ImagePage} next */
	function showTexts({ image, server }) {
		if (!image) return;
		const counts = imageCounts(server.config);
		const known = image.label !== null;
		setText(label, known ? i18n.t("images.label", { digit: String(image.label) }) : i18n.t("images.drawn"));
		const { source, index: number } = image;
		setText(place, source === "drawn" ? "" : i18n.t(`images.place.${source}`, { index: number + 1, count: counts[source] }));
		canvas.setAttribute("aria-label", [i18n.t("images.shown.label"), label.textContent, place.textContent].filter(Boolean).join(", "));
	}

	/** @type {unknown[]} */
	let shownInputs = [];
	return {
		element,
		show,
		update(next, drawing) {
			page = next;
			const { image, colors, confusion, server } = next;
			const now = [image, colors, confusion, server, drawing];
			if (now.every((each, at) => each === shownInputs[at])) return;
			if (image && (image !== shownInputs[0] || colors !== shownInputs[1])) paintDigit(canvas, DIGIT_SIZE, image.pixels, 255, colors);
			shownInputs = now;
			element.hidden = drawing;
			const wrong = confusion?.wrong.length ?? 0;
			setOptions(select, SETS, (each) => i18n.t(`images.set.${each}`));
			const option = /** @type {HTMLOptionElement} */ (select.options[2]);
			setText(option, i18n.t("images.set.wrongCount", { count: wrong }));
			option.disabled = wrong === 0;
			if (select.value !== set) select.value = set;
			showTexts(next);
		},
	};
}
