// Below the picture: what its colours mean, and the network's value at the probed place.
import { value as formatValue } from "../ui/format.js";
import { isClassNode, isMulticlass, isProbability } from "./classes.js";
import { h, setText } from "../ui/dom.js";

/** @param {{i18n: I18n, onWatch: (node: NodeAddress | null) => void}} options */
export function createLegend({ i18n, onWatch }) {
	const mark = h("span", { class: "mark", hidden: true });
	const lowEnd = h("span", { text: "−1" });
	const ends = h("div", { class: "ends" }, lowEnd, h("div", { class: "ramp" }, mark), h("span", { text: "1" }));
	const keys = h("div", { class: "class-keys", hidden: true });
	const readout = h("span", { class: "readout" });
	const place = h("span", { class: "quiet" });
	const element = h(
		"div",
		{ class: "colour-scale", data: { help: "legend.scale" } },
		ends,
		keys,
		h("span", { class: "readout-group" }, readout, place),
	);

	/** @type {ReadyPage} */
	let model;
	/** @type {{button: HTMLElement, share: HTMLElement}[]} */
	let classes = [];

	const percent = (/** @type {number} */ share, /** @type {"percent" | "decimal"} */ style = "percent") =>
		i18n.number(style === "percent" ? share : Math.round(100 * share), { style, maximumFractionDigits: 0 });

	function makeKey(/** @type {unknown} */ _, /** @type {number} */ neuron) {
		const node = () => ({ layer: model.server.shape.length - 1, neuron });
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
						if (mouse) onWatch(node());
					},
					pointerleave: () => mouse && onWatch(null),
					focus: () => button.matches(":focus-visible") && onWatch(node()),
					blur: () => onWatch(null),
					click: () => mouse || onWatch(button.classList.contains("watched") ? null : node()),
				},
			},
			h("span", { class: "class-chip", text: String(neuron) }),
			share,
		);
		return { button, share };
	}

	function showKeys(/** @type {ReadyPage} */ { server, colors, watched }) {
		const count = server.shape[server.shape.length - 1];
		if (classes.length !== count) {
			classes = Array.from({ length: count }, makeKey);
			keys.replaceChildren(...classes.map(({ button }) => button));
		}
		classes.forEach(({ button }, index) => {
			button.style.setProperty("--class", colors.classes.css(index));
			button.style.setProperty("--on-class", colors.classes.ink(index));
			button.classList.toggle("watched", watched !== null && isClassNode(watched, server) && watched.neuron === index);
		});
	}

	/** Show each class's share; return the text for the likeliest class, or for the one that is watched. */
	function sayClasses(/** @type {Probe | null} */ probe) {
		const shares = probe?.values ?? [];
		const single = probe?.neuron ?? null;
		classes.forEach(({ share }, index) => {
			const own = single === null ? shares[index] : index === single ? shares[0] : undefined;
			setText(share, own === undefined ? "" : percent(own, "decimal"));
		});
		if (!probe) return "";
		const index = single ?? shares.indexOf(Math.max(...shares));
		return i18n.t("classes.probability", { index, share: percent(single === null ? shares[index] : shares[0]) });
	}

	return {
		element,

		/** @param {ReadyPage} next @param {boolean} asked whether a place is probed */
		update(next, asked) {
			model = next;
			const { detail, server } = model;
			const probe = asked ? model.probe : null;
			const classwise = isMulticlass(server.config) && (!detail || isClassNode(detail, server));
			ends.hidden = classwise;
			keys.hidden = !classwise;
			element.dataset.help = classwise ? "classes.legend" : "legend.scale";
			element.classList.toggle("classwise", classwise);
			mark.hidden = !probe || classwise;
			const at = probe && { x1: formatValue(probe.x1, i18n), x2: formatValue(probe.x2, i18n) };
			if (classwise) {
				showKeys(model);
				setText(readout, sayClasses(probe));
				setText(place, at ? i18n.t("classes.place", at) : "");
				return;
			}
			if (detail) setText(lowEnd, isProbability(detail, server) ? "0" : "−1");
			setText(place, "");
			setText(readout, probe ? i18n.t("readout.at", { ...at, value: formatValue(probe.values[0], i18n, 3) }) : "");
			if (!probe) return;
			const [value] = probe.values;
			const drawn = Math.max(-1, Math.min(1, isProbability(probe, server) ? 2 * value - 1 : value));
			mark.style.left = `${((drawn + 1) / 2) * 100}%`;
		},
	};
}
