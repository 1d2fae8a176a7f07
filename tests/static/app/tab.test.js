import assert from "node:assert/strict";
import test from "node:test";
import { createTab } from "../../../static/js/app/tab.js";
import { markOpen } from "../../../static/js/state/remember.js";

/** Give this process a tab's storage. @param {Map<string, string>} storage */
function use(storage) {
	Object.assign(globalThis, {
		sessionStorage: {
			getItem: (/** @type {string} */ key) => storage.get(key) ?? null,
			setItem: (/** @type {string} */ key, /** @type {string} */ value) => storage.set(key, value),
			removeItem: (/** @type {string} */ key) => storage.delete(key),
		},
	});
}

/** A browser's tab: its own storage, and a channel to the others. @param {Map<string, string>} storage */
function inTab(storage, /** @type {() => string | null} */ session) {
	use(storage);
	const page = new EventTarget();
	return { page, tab: createTab(session, { page, Channel: /** @type {any} */ (Channel) }) };
}

/** @type {Set<Channel>} */
const channels = new Set();
class Channel extends EventTarget {
	constructor() {
		super();
		channels.add(this);
	}
	postMessage(/** @type {object} */ data) {
		for (const each of channels) if (each !== this) queueMicrotask(() => each.dispatchEvent(Object.assign(new Event("message"), { data })));
	}
}

test("a duplicate of an open tab knows it, and what is reloaded or was ended is none", async () => {
	const storage = new Map();
	const first = inTab(storage, () => "abc");
	assert.equal(await first.tab.isDuplicate("abc"), false);
	const copied = new Map(storage);
	assert.equal(await inTab(copied, () => null).tab.isDuplicate("abc"), true);
	assert.equal(await inTab(new Map(copied), () => null).tab.isDuplicate("other"), false);
	use(storage);
	first.page.dispatchEvent(new Event("pagehide"));
	const reloaded = inTab(storage, () => "abc");
	assert.equal(await reloaded.tab.isDuplicate("abc"), false);
});

test("without storage there is nothing to be a duplicate of", async () => {
	Object.defineProperty(globalThis, "sessionStorage", {
		configurable: true,
		get() {
			throw new Error("denied");
		},
	});
	markOpen(true);
	const browser = { page: new EventTarget(), Channel: /** @type {any} */ (Channel) };
	assert.equal(await createTab(() => null, browser).isDuplicate(null), false);
	Reflect.deleteProperty(globalThis, "sessionStorage");
});

test("a browser that blocks channels between tabs has no duplicates", async () => {
	class Blocked {
		constructor() {
			throw new DOMException("The operation is insecure.", "SecurityError");
		}
	}
	const tab = createTab(() => "one", { page: new EventTarget(), Channel: /** @type {any} */ (Blocked) });
	assert.equal(await tab.isDuplicate("one"), false);
});
