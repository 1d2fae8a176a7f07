// The legend below the picture: what its colours mean, and the network's value at the probed point.
import { value as formatValue } from "../ui/format.js";
import { isClassNode, isMulticlass } from "./classes.js";
import { h, setText } from "../ui/dom.js";
import { columnsOf } from "../settings/columns.js";
import { beginsGrey, fractionOf, scaleOf } from "./node-scale.js";

/** @param {number} value */
const identity = (value) => value;

/** @type {Intl.NumberFormatOptions} */
const IN_UNITS = { maximumSignificantDigits: 5, useGrouping: "min2" };

/** Return the function that converts values to the unit of a column. @param {DataColumn | null | undefined} column @returns {(value: number) => number} */
const toUnits = (column) => (column ? (value) => value / column.factor + column.offset : identity);

/** The colours from one end of a scale to the other, with their numbers, and the value on the decision line. @param {I18n} i18n */
function createRamp(i18n) {
	const mark = h("span", { class: "mark", hidden: true });
	const tick = h("span", { class: "line-tick" });
	const [low, middle, high] = ["", "middle", ""].map((name) => h("span", { class: name }));
	const ramp = h("div", { class: "ramp" }, middle, tick, mark);
	const line = h("span", { class: "line-value" });
	const element = h("div", { class: "ends" }, low, ramp, high, line);
	const number = (/** @type {number} */ value) => {
		const digits = Math.abs(value) > 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
		return i18n.number(value, digits).replace("-", "−");
	};
	return {
		element,
		/** @param {NodeScale} scale @param {number | undefined} probed the value at the probed place @param {boolean} hasLine whether the line is shown */
		update(scale, probed, hasLine, real = identity) {
			const numberText = (/** @type {number} */ value) => number(real(value));
			setText(low, `${scale.beyondLow ? "≤ " : ""}${numberText(scale.low)}`);
			setText(high, `${scale.beyondHigh ? "≥ " : ""}${numberText(scale.high)}`);
			const half = beginsGrey(scale);
			ramp.classList.toggle("half", half);
			middle.hidden = half;
			setText(middle, numberText((scale.low + scale.high) / 2));
			tick.hidden = line.hidden = !hasLine || scale.line === null;
			if (scale.line !== null) {
				tick.style.left = `${fractionOf(scale, scale.line) * 100}%`;
				setText(line, i18n.t("legend.line", { value: numberText(scale.line) }));
			}
			line.hidden ||= probed !== undefined;
			mark.hidden = probed === undefined;
			if (probed !== undefined) mark.style.left = `${fractionOf(scale, probed) * 100}%`;
			return half ? "legend.fromGrey" : "legend.scale";
		},
	};
}

/** Return the legend. @param {LegendOptions} options */
export function createLegend(options) {
	const { i18n } = options;
	const ramp = createRamp(i18n);
	const readout = h("span", { class: "readout" });
	const place = h("span", { class: "quiet" });
	const group = h("span", { class: "readout-group" }, readout, place);
	const element = h("div", { class: "colour-scale", data: { help: "legend.scale" } }, ramp.element, group);
	/** The chips of several classes. @type {ReturnType<typeof import("./class-keys.js").createClassKeys> | undefined} */
	let keys;
	let loading = false;
	let showLatest = () => {}; // shows the latest state again once the chips are loaded

	async function loadKeys() {
		if (loading) return;
		loading = true;
		const module = await import("./class-keys.js").catch(() => null); // no connection, which the page already shows
		loading = false;
		if (!module) return;
		keys = module.createClassKeys(options);
		element.replaceChildren(ramp.element, keys.element, group);
		showLatest();
	}

	const legend = {
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
			element.classList.toggle("classwise", classwise);
			showLatest = () => legend.update(model, asked);
			if (keys) keys.element.hidden = !classwise;
			else if (classwise) loadKeys();
			const columns = columnsOf(server.config, options.catalogue);
			const inUnits = (/** @type {DataColumn | undefined} */ column, /** @type {number} */ value) =>
				column ? i18n.number(toUnits(column)(value), IN_UNITS) : formatValue(value, i18n);
			const at = probe && { x1: inUnits(columns?.x1, probe.x1), x2: inUnits(columns?.x2, probe.x2) };
			if (classwise) keys?.update(model);
			const scale = detail && scaleOf(detail, server, detail.scale);
			const real = detail?.layer === server.shape.length - 1 ? toUnits(columns?.target) : identity;
			const help = scale ? ramp.update(scale, probe?.values[0], model.display.decisionLine, real) : "legend.scale";
			element.dataset.help = classwise ? "classes.legend" : help;
			setText(place, at ? i18n.t("readout.place", at) : "");
			if (classwise) return setText(readout, keys?.showShares(probe) ?? "");
			setText(readout, probe ? formatValue(real(probe.values[0]), i18n, 3) : "");
		},
	};
	return legend;
}
