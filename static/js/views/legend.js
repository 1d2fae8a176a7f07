// Below the picture: what its colours mean, and the network's value at the probed place.
import { value as formatValue } from "../ui/format.js";
import { isClassNode, isMulticlass } from "./classes.js";
import { h, setText } from "../ui/dom.js";
import { beginsGrey, scaleOf, shareOf } from "./node-scale.js";

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

/** The colours from one end of a scale to the other, with their numbers, and the value on the decision line. @param {I18n} i18n */
function createRamp(i18n) {
	const mark = h("span", { class: "mark", hidden: true });
	const tick = h("span", { class: "line-tick" });
	const [low, middle, high] = ["", "middle", ""].map((name) => h("span", { class: name }));
	const ramp = h("div", { class: "ramp" }, middle, tick, mark);
	const line = h("span", { class: "line-value" });
	const element = h("div", { class: "ends" }, low, ramp, high, line);
	const number = (/** @type {number} */ value) => i18n.number(value, { maximumFractionDigits: 2 }).replace("-", "−");
	return {
		element,
		/** @param {NodeScale} scale @param {number | undefined} probed the value at the probed place @param {boolean} lined whether the line is shown */
		update(scale, probed, lined) {
			setText(low, `${scale.beyondLow ? "≤ " : ""}${number(scale.low)}`);
			setText(high, `${scale.beyondHigh ? "≥ " : ""}${number(scale.high)}`);
			const half = beginsGrey(scale);
			ramp.classList.toggle("half", half);
			middle.hidden = half;
			setText(middle, number((scale.low + scale.high) / 2));
			tick.hidden = line.hidden = !lined || scale.line === null;
			if (scale.line !== null) {
				tick.style.left = `${shareOf(scale, scale.line) * 100}%`;
				setText(line, i18n.t("legend.line", { value: number(scale.line) }));
			}
			line.hidden ||= probed !== undefined;
			mark.hidden = probed === undefined;
			if (probed !== undefined) mark.style.left = `${shareOf(scale, probed) * 100}%`;
			return half ? "legend.fromGrey" : "legend.scale";
		},
	};
}

/** @param {LegendOptions} options */
export function createLegend(options) {
	const { i18n } = options;
	const ramp = createRamp(i18n);
	const keys = createClassKeys(options);
	const readout = h("span", { class: "readout" });
	const place = h("span", { class: "quiet" });
	const group = h("span", { class: "readout-group" }, readout, place);
	const element = h("div", { class: "colour-scale", data: { help: "legend.scale" } }, ramp.element, keys.element, group);

	return {
		element,

		/** What is read at the probed place. */
		text: () => [readout.textContent, place.textContent].filter(Boolean).join(", "),

		/** @param {ReadyPage} model @param {boolean} asked whether a place is probed */
		update(model, asked) {
			const { detail, server } = model;
			const probe = asked ? model.probe : null;
			const classwise = isMulticlass(server.config) && (!detail || isClassNode(detail, server));
			ramp.element.hidden = classwise;
			element.classList.toggle("probing", probe !== null);
			keys.element.hidden = !classwise;
			element.classList.toggle("classwise", classwise);
			const at = probe && { x1: formatValue(probe.x1, i18n), x2: formatValue(probe.x2, i18n) };
			if (classwise) keys.update(model);
			const scale = detail && scaleOf(detail, server);
			const help = scale ? ramp.update(scale, probe?.values[0], model.display.decisionLine) : "legend.scale";
			element.dataset.help = classwise ? "classes.legend" : help;
			setText(place, classwise && at ? i18n.t("classes.place", at) : "");
			if (classwise) return setText(readout, keys.read(probe));
			setText(readout, probe ? i18n.t("readout.at", { ...at, value: formatValue(probe.values[0], i18n, 3) }) : "");
		},
	};
}
