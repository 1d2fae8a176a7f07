// The row of tools with which points are drawn: pens for each class or value, eraser, undo, clear, and the points as text.
import { h } from "../ui/dom.js";
import { createSvg } from "../ui/svg.js";
import { fillOf, isMulticlass } from "./classes.js";

const ICONS = {
	erase: "M8.5 19h11M5 14.5l8.6-9a1.6 1.6 0 0 1 2.3 0l3.2 3.2a1.6 1.6 0 0 1 0 2.3L11.5 19h-2L5 15.6a.8.8 0 0 1 0-1.1zM9.5 9.8l5.2 5.2",
	undo: "M9 6L5 10l4 4M5 10h9a5 5 0 0 1 0 10h-3",
	redo: "M15 6l4 4-4 4M19 10h-9a5 5 0 0 0 0 10h3",
	spray:
		"M12 12h.01M8 9h.01M16 9h.01M8.5 15h.01M15.5 15.5h.01M12 7h.01M12 17h.01M5 12h.01M19 12h.01M6 5.5h.01M18 18.5h.01M18 5.5h.01M6 18.5h.01",
	clear: "M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7M10.5 10.5v5M13.5 10.5v5",
	text: "M6 6h12M6 10h12M6 14h12M6 18h7",
};

/** @param {keyof typeof ICONS} name */
const iconNamed = (name) =>
	createSvg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, createSvg("path", { d: ICONS[name] }));

/** A pen for one target. @param {number} target @param {{i18n: I18n, config: Config, colors: Colors, onChoose: () => void}} options */
export function createPen(target, { i18n, config, colors, onChoose }) {
	const several = isMulticlass(config);
	const className = config.data_columns?.classes[several ? target : Number(target > 0)];
	const name = className ?? (several ? i18n.t("classes.name", { index: target }) : i18n.t("customPoints.value", { value: target }));
	const chip = h("span", { class: "class-chip", text: several ? String(target) : "" });
	chip.style.setProperty("--class", fillOf(colors, config)(target));
	chip.style.setProperty("--on-class", several ? colors.classes.ink(target) : "inherit");
	const data = { target, help: "customPoints.tools", note: name };
	return h("button", { type: "button", class: "pen", "aria-label": name, data, on: { click: onChoose } }, chip);
}

/** The row of tools, still hidden. @param {I18n} i18n @param {Record<keyof typeof ICONS, () => void>} act what each tool does */
export function createTools(i18n, act) {
	const tool = (/** @type {keyof typeof ICONS} */ name) => {
		const data = { tool: name, help: `customPoints.${name}` };
		const button = h("button", { type: "button", "aria-label": i18n.t(`customPoints.${name}`), data, on: { click: act[name] } });
		button.append(iconNamed(name));
		return button;
	};
	const strip = h("div", { class: "drawing", role: "toolbar", "aria-label": i18n.t("customPoints.tools"), hidden: true });
	const pens = h("span", { class: "pens" });
	const status = h("span", { class: "visually-hidden", role: "status" });
	const hint = h("p", { class: "draw-hint", hidden: true, text: i18n.t("customPoints.least") });
	const [spray, eraser, undo, redo, clear] = [tool("spray"), tool("erase"), tool("undo"), tool("redo"), tool("clear")];
	const ring = h("span", { class: "spray-ring", "aria-hidden": "true", hidden: true });
	strip.append(pens, h("span", { class: "tools" }, h("span", { class: "gap" }), spray, eraser, undo, redo, clear, tool("text")), status);
	return { strip, pens, status, hint, ring, spray, eraser, undo, redo, clear };
}
