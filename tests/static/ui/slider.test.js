import assert from "node:assert/strict";
import test from "node:test";
import { createSlider } from "../../../static/js/ui/slider.js";
import { element, inDocument } from "../support/dom.js";

function make() {
	const input = () => Object.assign(element("input"), { select() {} });
	const parts = { range: input(), number: input(), unit: element("span") };
	/** @type {unknown[]} */
	const told = [];
	const slider = createSlider(parts, {
		spoken: (value) => `${value} of them`,
		valid: (value) => value >= 1 && value <= 500,
		onChange: (value) => told.push(value),
		onValid: () => told.push("valid"),
		onInvalid: (text) => told.push(`invalid ${text}`),
	});
	return { ...parts, slider, told };
}
const move = (/** @type {any} */ range, /** @type {number} */ to) => {
	range.value = String(to);
	range.send("input");
	range.send("change");
};

test(
	"a nudge goes to the next stop from whatever value there is",
	inDocument(() => {
		const { range, number, slider, told } = make();
		slider.update(250, [1, 30, 100, 250, 300], "/ 300");
		assert.deepEqual([range.value, range.max, number.value, range.getAttribute("aria-valuetext")], ["3", 4, "250", "250 of them"]);
		move(range, Number(range.value) - 1);
		assert.deepEqual(told, ["valid", 100]);
		assert.equal(number.value, "100");
	}),
);

test(
	"back to the value of before, while the server has not answered yet, is a change too",
	inDocument(() => {
		const { range, slider, told } = make();
		slider.update(5, [0, 5, 10], "%");
		move(range, 2);
		move(range, 1);
		assert.deepEqual(told, ["valid", 10, "valid", 5]);
	}),
);

test(
	"a number can be typed, with its percent sign, and what is no number is refused and put back",
	inDocument(() => {
		const { number, slider, told } = make();
		slider.update(10, [10, 20], "%");
		number.value = "17 %";
		number.send("change");
		slider.update(17, [10, 17, 20], "%");
		number.value = "many";
		number.send("change");
		assert.equal(number.getAttribute("aria-invalid"), "true");
		number.send("blur");
		assert.deepEqual([number.value, number.getAttribute("aria-invalid")], ["17", "false"]);
		assert.deepEqual(told, ["valid", 17, "invalid many"]);
	}),
);

test(
	"what is being typed stays while the server answers something else",
	inDocument(() => {
		const { number, slider } = make();
		slider.update(10, [10, 20], "");
		Object.assign(globalThis.document, { activeElement: number });
		number.value = "2";
		slider.update(10, [10, 20], "");
		assert.equal(number.value, "2");
	}),
);

test(
	"what the view has off is marked, so that the end of a lock leaves it off",
	inDocument(() => {
		const { range, number, slider } = make();
		slider.disable(true);
		for (const field of [range, number]) assert.deepEqual([field.disabled, field.getAttribute("data-off")], [true, ""]);
		slider.disable(false);
		for (const field of [range, number]) assert.deepEqual([field.disabled, field.getAttribute("data-off")], [false, null]);
	}),
);
