import assert from "node:assert/strict";
import test from "node:test";
import { switchLab } from "../../../static/js/app/switch-lab.js";
import { createStore } from "../../../static/js/state/store.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();
const usual = Object.fromEntries(Object.entries(catalogue.fields).map(([name, field]) => [name, field.default]));

/** Switch the lab to a problem, with its own session storage. @param {string} problem @param {object} before @param {any} [offered] */
function switched(problem, before, offered = catalogue, stored = new Map()) {
	const kept = globalThis.sessionStorage;
	const sessionStorage = { getItem: (/** @type {string} */ key) => stored.get(key) ?? null, setItem: (...each) => stored.set(...each) };
	Object.defineProperty(globalThis, "sessionStorage", { value: sessionStorage, configurable: true, writable: true });
	const said = [];
	const asked = [];
	const server = { config: before };
	const store = createStore({ server });
	const tools = { store, catalogue: offered, notify: (...each) => said.push(each) };
	switchLab(tools, problem, { ...before, playing: false, speed: 60 }, (changes) => asked.push(changes));
	Object.defineProperty(globalThis, "sessionStorage", { value: kept, configurable: true, writable: true });
	return { said, asked, stored, isShownAgain: store.get().server !== server };
}

test("there and back, the plane has its own settings again", () => {
	const plane = { ...usual, dataset: "spiral", hidden_layers: [7], learning_rate: 0.3 };
	const there = switched("images", plane);
	assert.equal(there.asked[0].optimizer, "adam");
	assert.equal(there.asked[0].layers.length, 5);
	const images = { ...plane, ...there.asked[0], hidden_layers: [] };
	const back = switched("classification", images, catalogue, there.stored);
	assert.deepEqual(
		[back.asked[0].dataset, back.asked[0].hidden_layers, back.asked[0].learning_rate, back.asked[0].layers],
		["spiral", [7], 0.3, []],
	);
	assert.equal("playing" in back.asked[0], false);
});

test("where the digits are missing, the page says how to install them, and shows the problem that it has", () => {
	const digits = { ...catalogue.datasets.digits, available: false, install: "pip install them" };
	const { said, asked, isShownAgain } = switched("images", usual, { ...catalogue, datasets: { ...catalogue.datasets, digits } });
	assert.deepEqual(asked, []);
	assert.equal(said[0][1], "message.noDigits");
	assert.deepEqual(said[0][2].places, { install: "pip install them" });
	assert.ok(isShownAgain);
});
