import assert from "node:assert/strict";
import test from "node:test";
import { createLazy, untilLoaded } from "../../../static/js/ui/lazy.js";

/** A view that records what it shows. */
const record = () => {
	const shown = [];
	return { shown, update: (model) => shown.push(model) };
};

test("nothing is loaded until the view is used, which then shows the newest model", async () => {
	const view = record();
	let loads = 0;
	const lazy = createLazy(async () => (loads += 1, view));
	lazy.update("old");
	lazy.update("new");
	assert.equal(loads, 0);
	let used = null;
	await lazy.use((each) => (used = each));
	assert.equal(used, view);
	assert.deepEqual(view.shown, ["new"]);
	lazy.update("newer");
	await lazy.use(() => {});
	assert.equal(loads, 1);
	assert.deepEqual(view.shown, ["new", "newer", "newer"]);
});

test("a failed load does nothing, and the next use tries again", async () => {
	let fails = true;
	const lazy = createLazy(async () => {
		if (fails) throw new Error("offline");
		return record();
	});
	let uses = 0;
	await lazy.use(() => (uses += 1));
	assert.equal(uses, 0);
	fails = false;
	await lazy.use(() => (uses += 1));
	assert.equal(uses, 1);
});

test("who loads a view is told that it failed, and can try again", async () => {
	let loads = 0;
	const lazy = createLazy(async () => {
		loads += 1;
		if (loads < 3) throw new Error("offline");
		return record();
	});
	lazy.update("newest");
	await assert.rejects(lazy.load(), /offline/);
	const view = await untilLoaded(lazy.load, 0);
	assert.deepEqual(view.shown, ["newest"]);
	assert.equal(await lazy.load(), view);
	assert.equal(loads, 3);
});

test("a view without update can be used", async () => {
	const lazy = createLazy(async () => ({ open: () => "opened" }));
	lazy.update({});
	let result = "";
	await lazy.use((view) => (result = view.open()));
	assert.equal(result, "opened");
});

test("what the page cannot do without is tried again until it is there", async () => {
	let tries = 0;
	const module = await untilLoaded(async () => {
		tries += 1;
		if (tries < 3) throw new Error("offline");
		return "module";
	}, 0);
	assert.equal(module, "module");
	assert.equal(tries, 3);
});
