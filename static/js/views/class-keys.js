// The chips of several classes below the picture. Loaded with the first training that has several.
import { h, setText } from "../ui/dom.js";
import { isClassNode } from "./classes.js";

/** The chip of a class. @param {I18n} i18n @param {number} neuron @param {(on: boolean) => void} watch shows the class alone, or no longer */
function createKey(i18n, neuron, watch) {
	const percent = h("span", { class: "percent" });
	let mouse = false; // a mouse shows a class while it is over it; a finger taps to show it and taps again to end
	const button = h(
		"button",
		{
			type: "button",
			class: "class-key",
			"aria-label": i18n.t("classes.name", { index: neuron }),
			data: { help: "classes.legend" },
			on: {
				pointerenter: (event) => {
					mouse = event.pointerType === "mouse";
					if (mouse) watch(true);
				},
				pointerleave: () => mouse && watch(false),
				focus: () => button.matches(":focus-visible") && watch(true),
				blur: () => watch(false),
				click: () => mouse || watch(!button.classList.contains("watched")),
			},
		},
		h("span", { class: "class-chip", text: String(neuron) }),
		percent,
	);
	return { button, percent };
}

/** The chips of all classes. @param {LegendOptions} options */
export function createClassKeys({ i18n, onWatch }) {
	const element = h("div", { class: "class-keys" });
	let layer = 0;
	/** @type {ReturnType<typeof createKey>[]} */
	let keys = [];
	const key = (/** @type {unknown} */ _, /** @type {number} */ neuron) =>
		createKey(i18n, neuron, (on) => onWatch(on ? { layer, neuron } : null));

	return {
		element,
		update(/** @type {ReadyPage} */ { server, colors, watched }) {
			layer = server.shape.length - 1;
			const count = server.shape[layer];
			if (keys.length !== count) {
				keys = Array.from({ length: count }, key);
				element.replaceChildren(...keys.map(({ button }) => button));
			}
			keys.forEach(({ button }, index) => {
				button.style.setProperty("--class", colors.classes.css(index));
				button.style.setProperty("--on-class", colors.classes.ink(index));
				const name = server.config.data_columns?.classes[index] ?? i18n.t("classes.name", { index });
				if (button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
				button.dataset.note = name;
				button.classList.toggle("watched", watched !== null && isClassNode(watched, server) && watched.neuron === index);
			});
		},
		/** Show each class's probability; return the text for the likeliest class, or for the one that is watched. */
		showShares(/** @type {Probe | null} */ probe) {
			const probabilities = probe?.values ?? [];
			const single = probe?.neuron ?? null;
			keys.forEach(({ percent }, index) => {
				const own = single === null ? probabilities[index] : index === single ? probabilities[0] : undefined;
				setText(percent, own === undefined ? "" : i18n.number(Math.round(100 * own)));
			});
			if (!probe) return "";
			const index = single ?? probabilities.indexOf(Math.max(...probabilities));
			const probability = single === null ? probabilities[index] : probabilities[0];
			return i18n.t("classes.probability", { index, share: i18n.number(probability, { style: "percent", maximumFractionDigits: 0 }) });
		},
	};
}
