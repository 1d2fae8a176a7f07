// Below the picture: what its colours mean, and the network's value at the probed place.
import { value as formatValue } from "../ui/format.js";
import { isClassNode, isMulticlass, isProbability } from "./classes.js";
import { h, setText } from "../ui/dom.js";

/** The chip of a class. @param {I18n} i18n @param {number} neuron @param {(on: boolean) => void} watch shows the class alone, or no longer */
function makeKey(i18n, neuron, watch) {
	const share = h("span", { class: "share" });
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
		share,
	);
	return { button, share };
}

/** The chips of all classes. @param {LegendOptions} options */
function createClassKeys({ i18n, onWatch }) {
	const element = h("div", { class: "class-keys", hidden: true });
	let layer = 0;
	/** @type {ReturnType<typeof makeKey>[]} */
	let keys = [];
	const key = (/** @type {unknown} */ _, /** @type {number} */ neuron) =>
		makeKey(i18n, neuron, (on) => onWatch(on ? { layer, neuron } : null));

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
				button.classList.toggle("watched", watched !== null && isClassNode(watched, server) && watched.neuron === index);
			});
		},
		/** Show each class's share; return the text for the likeliest class, or for the one that is watched. */
		read(/** @type {Probe | null} */ probe) {
			const shares = probe?.values ?? [];
			const single = probe?.neuron ?? null;
			keys.forEach(({ share }, index) => {
				const own = single === null ? shares[index] : index === single ? shares[0] : undefined;
				setText(share, own === undefined ? "" : i18n.number(Math.round(100 * own)));
			});
			if (!probe) return "";
			const index = single ?? shares.indexOf(Math.max(...shares));
			const share = single === null ? shares[index] : shares[0];
			return i18n.t("classes.probability", { index, share: i18n.number(share, { style: "percent", maximumFractionDigits: 0 }) });
		},
	};
}

/** @param {LegendOptions} options */
export function createLegend(options) {
	const { i18n } = options;
	const mark = h("span", { class: "mark", hidden: true });
	const lowEnd = h("span", { text: "−1" });
	const ends = h("div", { class: "ends" }, lowEnd, h("div", { class: "ramp" }, mark), h("span", { text: "1" }));
	const keys = createClassKeys(options);
	const readout = h("span", { class: "readout" });
	const place = h("span", { class: "quiet" });
	const group = h("span", { class: "readout-group" }, readout, place);
	const element = h("div", { class: "colour-scale", data: { help: "legend.scale" } }, ends, keys.element, group);

	return {
		element,

		/** @param {ReadyPage} model @param {boolean} asked whether a place is probed */
		update(model, asked) {
			const { detail, server } = model;
			const probe = asked ? model.probe : null;
			const classwise = isMulticlass(server.config) && (!detail || isClassNode(detail, server));
			ends.hidden = classwise;
			keys.element.hidden = !classwise;
			element.dataset.help = classwise ? "classes.legend" : "legend.scale";
			element.classList.toggle("classwise", classwise);
			mark.hidden = !probe || classwise;
			const at = probe && { x1: formatValue(probe.x1, i18n), x2: formatValue(probe.x2, i18n) };
			if (classwise) keys.update(model);
			else if (detail) setText(lowEnd, isProbability(detail, server) ? "0" : "−1");
			setText(place, classwise && at ? i18n.t("classes.place", at) : "");
			if (classwise) return setText(readout, keys.read(probe));
			setText(readout, probe ? i18n.t("readout.at", { ...at, value: formatValue(probe.values[0], i18n, 3) }) : "");
			if (!probe) return;
			const [value] = probe.values;
			const drawn = Math.max(-1, Math.min(1, isProbability(probe, server) ? 2 * value - 1 : value));
			mark.style.left = `${((drawn + 1) / 2) * 100}%`;
		},
	};
}
