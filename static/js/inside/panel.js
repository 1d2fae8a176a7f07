// The panel that shows the inside of the network: one of several parts at a time, each loaded when it is first chosen.
import { h } from "../ui/dom.js";
import { loadStyle } from "../ui/lazy.js";
import { createSidePanel } from "../ui/side-panel.js";

/** The module of each part, by its name: its `createPart` makes it. @type {Record<string, () => Promise<{createPart: (tools: InsideTools) => InsidePart}>>} */
const PARTS = {
	training: () => import("./training.js"),
	point: async () => (await Promise.all([import("./point.js"), loadStyle("point")]))[0],
	quality: async () => (await Promise.all([import("./quality.js"), loadStyle("quality"), loadStyle("image-output")]))[0],
};

/** The tabs of the parts. @param {I18n} i18n @param {(name: string) => void} onChoose */
function createTabs(i18n, onChoose) {
	const names = Object.keys(PARTS);
	const tabs = names.map((name) =>
		h("button", {
			type: "button",
			role: "tab",
			id: `inside-${name}-tab`,
			"aria-controls": `inside-${name}`,
			text: i18n.t(`inside.tab.${name}`),
			on: { click: () => onChoose(name) },
		})
	);
	const element = h("div", { class: "inside-tabs", role: "tablist", "aria-label": i18n.t("panel.inside") }, ...tabs);
	element.addEventListener("keydown", (event) => {
		const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
		if (move === undefined) return;
		event.preventDefault();
		event.stopPropagation();
		const next = tabs.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)) + move;
		const tab = tabs[Math.abs(move) === 1 ? (next + tabs.length) % tabs.length : Math.max(0, Math.min(tabs.length - 1, next))];
		tab.focus();
		tab.click();
	});
	return {
		element,
		select(/** @type {string} */ chosen) {
			tabs.forEach((tab, index) => {
				const isChosen = names[index] === chosen;
				tab.setAttribute("aria-selected", String(isChosen));
				tab.tabIndex = isChosen ? 0 : -1;
			});
		},
	};
}

/** Fill the element of the panel. @param {HTMLElement} element @param {InsideOptions} options */
export function createInside(element, options) {
	const { i18n, opener, onOpen } = options;
	const panel = createSidePanel(element, { i18n, title: i18n.t("panel.inside"), onOpen, onLeave: hidePart });
	const tabs = createTabs(i18n, (name) => showPart(name));
	element.append(tabs.element);
	const tools = { ...options, inspectPoint: (/** @type {PointToShow} */ point) => open("point", point) };

	/** @type {Record<string, InsidePart>} */
	const parts = {};
	let chosen = "training";
	/** @type {InsidePart | null} */
	let visible = null;
	/** @type {PageState | null} */
	let model = null;

	/** @param {string} name @param {unknown} [subject] what the part is to show */
	async function showPart(name, subject) {
		chosen = name;
		tabs.select(name);
		visible?.hide();
		visible = null;
		for (const [other, { element: content }] of Object.entries(parts)) content.hidden = other !== name;
		try {
			const { createPart } = await PARTS[name]();
			parts[name] ??= addPart(name, createPart(tools)); // a second call may have created it meanwhile
		} catch {
			return; // there is no connection, as the page shows; choosing the tab again retries
		}
		if (chosen !== name || element.hidden) return;
		visible = parts[name];
		visible.element.hidden = false;
		visible.show(subject);
		if (model) visible.update(model);
	}

	function addPart(/** @type {string} */ name, /** @type {InsidePart} */ part) {
		part.element.id = `inside-${name}`;
		part.element.setAttribute("role", "tabpanel");
		part.element.setAttribute("aria-labelledby", `inside-${name}-tab`);
		element.append(part.element);
		return part;
	}

	/** Open the panel with a part. @param {string} name @param {unknown} [subject] */
	function open(name, subject) {
		if (element.hidden) panel.toggle(opener);
		return showPart(name, subject);
	}

	function hidePart() {
		visible?.hide();
		visible = null;
	}

	return {
		toggle() {
			panel.toggle(opener);
			if (!element.hidden) showPart(chosen);
		},
		open,
		/** Open the part that explains a training step with one point. */
		inspectPoint: tools.inspectPoint,
		/** @param {PageState} next */
		update(next) {
			model = next;
			visible?.update(next);
		},
	};
}
