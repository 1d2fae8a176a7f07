// A slider over a list of values, with its number beside it, which can be typed.
import { setText } from "./dom.js";
import { parseNumber } from "./format.js";

/**
 * Join a slider and its number field.
 * @param {{range: HTMLInputElement, number: HTMLInputElement, unit: HTMLElement}} elements `unit` stands after the number
 * @param {SliderOptions} options
 */
export function createSlider({ range, number, unit }, { spoken, valid, onChange, onValid, onInvalid }) {
	/** @type {number[]} */
	let stops = [];
	let current = NaN;
	let shown = ""; // as the number field had it last
	const chosen = () => stops[Number(range.value)];
	const isMarked = () => number.getAttribute("aria-invalid") === "true";

	function showValue(/** @type {number} */ value) {
		number.value = shown = String(value);
		number.setAttribute("aria-invalid", "false");
		range.setAttribute("aria-valuetext", spoken(value));
	}

	function choose(/** @type {number} */ value) {
		onValid();
		showValue(value);
		if (value === current) return;
		current = value; // the next change is compared with the latest request, which may not be confirmed yet
		onChange(value);
	}

	// while dragging, only the shown number changes, as most settings restart the training
	range.addEventListener("input", () => showValue(chosen()));
	range.addEventListener("change", () => choose(chosen()));
	number.addEventListener("change", () => {
		const value = parseNumber(number.value.replace("%", ""));
		if (valid(value)) return choose(value);
		number.setAttribute("aria-invalid", "true");
		return onInvalid(number.value);
	});
	number.addEventListener("focus", () => number.select());
	number.addEventListener("blur", () => isMarked() && showValue(current));

	return {
		/** @param {number} value @param {number[]} values where the slider stops @param {string} unitText */
		update(value, values, unitText) {
			setText(unit, unitText);
			if (range.matches(":active")) return;
			stops = values;
			current = value;
			Object.assign(range, { min: 0, max: stops.length - 1, step: 1 });
			range.value = String(stops.indexOf(value));
			const typing = document.activeElement === number && number.value !== shown;
			if (!typing) showValue(value);
		},
		/** @param {boolean} disabled */
		disable(disabled) {
			for (const field of [range, number]) {
				field.disabled = disabled;
				field.toggleAttribute("data-off", disabled); // a lock that is lifted leaves it off
			}
		},
	};
}
