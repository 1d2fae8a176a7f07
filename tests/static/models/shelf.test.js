// The models that the browser keeps.
import assert from "node:assert/strict";
import test from "node:test";
import { createShelf, Full, MOST } from "../../../static/js/models/shelf.js";

/** A storage that holds some characters. */
function storage(room = Infinity) {
	/** @type {Map<string, string>} */
	const kept = new Map();
	return /** @type {Storage & {kept: Map<string, string>}} */ (/** @type {unknown} */ ({
		kept,
		get length() {
			return kept.size;
		},
		key: (/** @type {number} */ index) => [...kept.keys()][index] ?? null,
		getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
		setItem(/** @type {string} */ key, /** @type {string} */ value) {
			const size = [...kept.values()].join("").length + value.length;
			if (size > room) throw new DOMException("full", "QuotaExceededError");
			kept.set(key, value);
		},
		removeItem: (/** @type {string} */ key) => kept.delete(key),
	}));
}

const MODEL = /** @type {ModelFile} */ (/** @type {unknown} */ ({ format: "tinkernet-model", config: { dataset: "xor" } }));

test("models are kept by name, the newest first, and removed", () => {
	let time = 0;
	const shelf = createShelf(storage(), () => ++time);
	const first = shelf.add("one", MODEL);
	shelf.add("two", MODEL);
	assert.deepEqual(shelf.list().map(({ name }) => name), ["two", "one"]);
	assert.deepEqual(shelf.list()[0].model, MODEL);
	shelf.remove(first);
	assert.deepEqual(shelf.list().map(({ name }) => name), ["two"]);
});

test("what was removed is put back where it was", () => {
	let time = 0;
	const shelf = createShelf(storage(), () => ++time);
	shelf.add("one", MODEL);
	shelf.add("two", MODEL);
	const old = shelf.list()[1];
	shelf.remove(old.id);
	shelf.add(old.name, old.model, old);
	assert.deepEqual(shelf.list().map(({ name }) => name), ["two", "one"]);
});

test("a full storage says so and keeps what it had", () => {
	const small = createShelf(storage(150));
	small.add("one", MODEL);
	assert.throws(() => small.add("two", MODEL), Full);
	assert.deepEqual(small.list().map(({ name }) => name), ["one"]);
	const many = createShelf(storage());
	for (let number = 0; number < MOST; number++) many.add(String(number), MODEL);
	assert.throws(() => many.add("one more", MODEL), Full);
	assert.equal(many.list().length, MOST);
});

test("what others have stored is left alone, and what cannot be read is left out", () => {
	const known = storage();
	known.setItem("theme", "dark");
	known.setItem("tinkernet.model.x", "{");
	known.setItem("tinkernet.model.y", '{"name": 3, "model": {"config": {}}}');
	const shelf = createShelf(known);
	assert.deepEqual(shelf.list(), []);
	assert.equal(known.getItem("theme"), "dark");
});

test("where storage is blocked nothing is kept", () => {
	const shelf = createShelf(undefined);
	assert.equal(shelf.works, false);
	assert.deepEqual(shelf.list(), []);
});
