// The models that the browser keeps.
import assert from "node:assert/strict";
import test from "node:test";
import { createShelf, MAX_MODELS, MAX_NAME_LENGTH, StorageFull } from "../../../static/js/models/shelf.js";

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
	assert.throws(() => small.add("two", MODEL), StorageFull);
	assert.deepEqual(small.list().map(({ name }) => name), ["one"]);
	const many = createShelf(storage());
	for (let number = 0; number < MAX_MODELS; number++) many.add(String(number), MODEL);
	assert.throws(() => many.add("one more", MODEL), StorageFull);
	assert.equal(many.list().length, MAX_MODELS);
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

test("a name that is taken is found, however it is written, and leads to one that is free", () => {
	const shelf = createShelf(storage());
	assert.equal(shelf.freeName("caf\u00E9"), "caf\u00E9");
	const first = shelf.add("caf\u00E9", MODEL);
	assert.equal(shelf.findByName("cafe\u0301")?.id, first);
	assert.equal(shelf.findByName("cafe"), undefined);
	assert.equal(shelf.freeName("caf\u00E9"), "caf\u00E9 (2)");
	shelf.add("caf\u00E9 (2)", MODEL);
	assert.equal(shelf.freeName("caf\u00E9"), "caf\u00E9 (3)");
	const long = "😀".repeat(MAX_NAME_LENGTH);
	shelf.add(long, MODEL);
	assert.equal([...shelf.freeName(long)].length, MAX_NAME_LENGTH);
	assert.ok(shelf.freeName(long).endsWith("😀 (2)"));
});

test("a model takes another one's place, on a full shelf too; without room the old one stays", () => {
	let time = 0;
	const room = storage(600);
	const shelf = createShelf(room, () => ++time);
	const old = shelf.add("one", MODEL);
	for (let number = 1; number < 3; number++) shelf.add(String(number), MODEL);
	const better = /** @type {ModelFile} */ ({ ...MODEL, version: 1 });
	shelf.add("one", better, { id: old });
	assert.deepEqual(shelf.list().map(({ name }) => name), ["one", "2", "1"]);
	assert.deepEqual(shelf.findByName("one")?.model, better);
	assert.throws(() => shelf.add("one", /** @type {ModelFile} */ ({ ...MODEL, name: "x".repeat(600) }), { id: old }), StorageFull);
	assert.deepEqual(shelf.findByName("one")?.model, better);
	const many = createShelf(storage());
	const ids = Array.from({ length: MAX_MODELS }, (_, number) => many.add(String(number), MODEL));
	many.add("0", better, { id: ids[0] });
	assert.equal(many.list().length, MAX_MODELS);
});
