import assert from "node:assert/strict";
import test from "node:test";
import { createStore } from "../../../static/js/state/store.js";

test("a change is merged into the state and told with the state before", () => {
	const store = createStore({ a: 1, b: 2 });
	const heard = [];
	store.subscribe((state, before) => heard.push([state, before]));
	store.set({ a: 3 });
	assert.deepEqual(store.get(), { a: 3, b: 2 });
	assert.deepEqual(heard, [[{ a: 3, b: 2 }, { a: 1, b: 2 }]]);
});

test("nothing is told where no value is another than before", () => {
	const list = [1];
	const store = createStore({ list, number: NaN });
	let told = 0;
	store.subscribe(() => (told += 1));
	const before = store.get();
	store.set({ list, number: NaN });
	store.set({});
	assert.equal(told, 0);
	assert.equal(store.get(), before);
	store.set({ list: [1] });
	assert.equal(told, 1);
});

test("a subscription can be ended, also while others are told", () => {
	const store = createStore({ a: 0 });
	const heard = [];
	const end = store.subscribe(() => {
		heard.push("first");
		end();
	});
	store.subscribe(() => heard.push("second"));
	store.set({ a: 1 });
	store.set({ a: 2 });
	assert.deepEqual(heard, ["first", "second", "second"]);
});

test("a listener may change the state", () => {
	const store = createStore({ a: 0, doubled: 0 });
	store.subscribe(({ a }) => store.set({ doubled: 2 * a }));
	store.set({ a: 4 });
	assert.deepEqual(store.get(), { a: 4, doubled: 8 });
});
