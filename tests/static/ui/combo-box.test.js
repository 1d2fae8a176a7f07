import assert from "node:assert/strict";
import test from "node:test";
import { Combo } from "../../../static/js/ui/combo-box.js";
import { element, inDocument } from "../support/dom.js";

function make() {
	const frame = element();
	/** @type {unknown[]} */
	const told = [];
	const combo = new Combo(frame, {
		id: "rate",
		label: "Learning rate",
		values: [0.01, 0.03],
		valid: (value) => value > 0,
		onChoose: (value) => told.push(value),
		onValid: () => {},
		onInvalid: (text) => told.push(`invalid ${text}`),
	});
	const [input] = frame.children;
	const type = (/** @type {string} */ text) => {
		input.value = text;
		input.send("change");
	};
	return { combo, input, type, told };
}

test(
	"back to the value of before, while the server has not answered yet, is a change too",
	inDocument(() => {
		const { combo, type, told } = make();
		combo.update(0.03);
		type("0.5");
		type("0.03");
		type("0.03");
		assert.deepEqual(told, [0.5, 0.03]);
	}),
);

test(
	"the server's value stands again where it kept it",
	inDocument(() => {
		const { combo, input, type } = make();
		combo.update(0.03);
		type("7");
		combo.update(0.03);
		assert.equal(input.value, "0.03");
	}),
);
