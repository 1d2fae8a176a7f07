// The controls of where playing pauses: at an epoch, or at a loss or an accuracy. These are no settings of the training.
import { inBounds } from "../settings/bounds.js";
import { STOP_BOUNDS } from "../settings/limits.js";
import { isAccuracy, STOP_MEASURES, stopBounds } from "../settings/stop-measures.js";
import { h } from "../ui/dom.js";
import { parseNumber } from "../ui/format.js";

/** Return the fields. @param {SettingsOptions} options */
export function createStopControls(options) {
	const [epoch, when] = [createEpoch(options), createWhen(options)];
	return {
		fields: [epoch.field, when.field],
		/** @param {{stopAt: number | null, stopWhen: StopWhen | null}} next */
		update({ stopAt, stopWhen }) {
			epoch.update(stopAt);
			when.update(stopWhen);
		},
	};
}

/**
 * Return a field for an optional number; left with an invalid text, it shows its last valid one again.
 * @param {{id: string, read: (text: string) => number, good: (value: number) => boolean, onBad: (text: string) => void, onNumber: (value: number | null) => void}} options
 */
function createNumber({ id, read, good, onBad, onNumber }) {
	const input = h("input", { id, inputmode: "decimal", autocomplete: "off", spellcheck: "false" });
	let lastText = "";
	input.addEventListener("blur", () => {
		input.value = lastText;
		input.setAttribute("aria-invalid", "false");
	});
	input.addEventListener("change", () => {
		const value = input.value.trim() === "" ? null : read(input.value);
		const valid = value === null || good(value);
		input.setAttribute("aria-invalid", String(!valid));
		if (!valid) return onBad(input.value);
		lastText = input.value;
		return onNumber(value);
	});
	return {
		input,
		show(/** @type {string} */ text) {
			lastText = text;
			if (document.activeElement !== input) input.value = text;
		},
	};
}

/** @param {SettingsOptions} options */
function createEpoch({ i18n, onStopAt, onValid, onInvalid }) {
	const data = { help: "control.stopAt.help" };
	const label = h("label", { class: "label", for: "stopAt", text: i18n.t("control.stopAt.label"), data });
	const { input, show } = createNumber({
		id: "stopAt",
		read: parseNumber,
		good: (epoch) => inBounds(STOP_BOUNDS, epoch),
		onBad: (text) => onInvalid(text, i18n.t("edit.whole", { low: STOP_BOUNDS.minimum, high: i18n.number(STOP_BOUNDS.maximum) })),
		onNumber(epoch) {
			onValid();
			onStopAt(epoch);
		},
	});
	return {
		field: h("div", { class: "field" }, label, input),
		update(/** @type {number | null} */ epoch) {
			label.classList.toggle("changed", epoch !== null);
			show(epoch === null ? "" : String(epoch));
		},
	};
}

/** @param {SettingsOptions} options */
function createWhen({ i18n, onStopWhen, onValid, onInvalid }) {
	const data = { help: "control.stopWhen.help" };
	const label = h("label", { class: "label", for: "stopWhen", text: i18n.t("control.stopWhen.label"), data });
	const choices = STOP_MEASURES.map(([measure]) => h("option", { value: measure, text: i18n.t(`choice.stopWhen.${measure}`) }));
	const select = h("select", { id: "stopWhen" }, ...choices);
	const unit = h("span", { class: "unit", text: "%", hidden: true });
	const measure = () => /** @type {StopMeasure} */ (select.value);
	const factor = () => (isAccuracy(measure()) ? 100 : 1);
	const maxValue = () => (stopBounds(measure()).maximum ?? 1) * factor();
	const { input, show } = createNumber({
		id: "stopValue",
		read: (text) => parseNumber(text.replace("%", "")),
		good: (value) => inBounds(stopBounds(measure()), value / factor()),
		onBad: (text) => onInvalid(text, i18n.t("edit.between", { low: 0, high: i18n.number(maxValue()) })),
		onNumber(value) {
			onValid();
			onStopWhen(value === null ? null : { measure: measure(), value: value / factor() });
		},
	});
	input.setAttribute("aria-label", i18n.t("control.stopValue.label"));
	select.addEventListener("change", () => {
		unit.hidden = !isAccuracy(measure());
		show("");
		input.value = ""; // a loss is no accuracy
		onStopWhen(null);
		input.focus();
	});
	return {
		field: h("div", { class: "field wide stop-when" }, label, h("div", { class: "stop-when-row" }, select, input, unit)),
		update(/** @type {StopWhen | null} */ when) {
			label.classList.toggle("changed", when !== null);
			if (when) select.value = when.measure;
			unit.hidden = !isAccuracy(measure());
			if (when) show(String(Number((when.value * factor()).toPrecision(12))));
			else if (document.activeElement !== input) show("");
		},
	};
}
