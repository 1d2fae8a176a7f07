import assert from "node:assert/strict";
import test from "node:test";
import { loadTasks } from "../../../../static/js/classroom/teacher/own-tasks.js";
import {
	forgetRoom,
	isRemembered,
	linkTo,
	loadRooms,
	loadTeacherKey,
	readPageSecret,
	saveRoom,
	saveSecret,
	saveTeacherKey,
} from "../../../../static/js/classroom/teacher/rooms.js";
import { readSecret } from "../../../../static/js/classroom/shared/secret.js";

/** @returns {any} a browser's storage */
function createStorage(/** @type {Record<string, string>} */ kept = {}) {
	return {
		getItem: (/** @type {string} */ key) => kept[key] ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => void (kept[key] = value),
		removeItem: (/** @type {string} */ key) => void delete kept[key],
	};
}

test("rooms are kept, the newest first, each once", () => {
	const storage = createStorage();
	saveRoom({ id: "one", key: "k1", name: "7a", at: 1 }, storage);
	saveRoom({ id: "two", key: "k2", name: "7b", at: 2 }, storage);
	saveRoom({ id: "one", key: "k1", name: "7c", at: 3 }, storage);
	assert.deepEqual(loadRooms(storage).map(({ name }) => name), ["7c", "7b"]);
	forgetRoom("one", storage);
	assert.deepEqual(loadRooms(storage).map(({ id }) => id), ["two"]);
	assert.deepEqual([isRemembered("one", storage), isRemembered("two", storage)], [false, true]);
});

test("a storage that is forbidden or holds nonsense is as good as empty", () => {
	const forbidden = {
		getItem: () => {
			throw new Error("no");
		},
		setItem: () => {
			throw new Error("no");
		},
	};
	assert.deepEqual(loadRooms(/** @type {any} */ (forbidden)), []);
	saveRoom({ id: "a", key: "b", name: "c", at: 0 }, /** @type {any} */ (forbidden));
	for (const text of ["{", "{}", "[1, null]"]) assert.deepEqual(loadRooms(createStorage({ "tinkernet.rooms": text })), []);
});

test("where the browser blocks storage, naming it throws, and still rooms open: the key stays with the page", () => {
	for (const kind of ["localStorage", "sessionStorage"]) {
		Object.defineProperty(globalThis, kind, {
			configurable: true,
			get() {
				throw new Error("SecurityError");
			},
		});
	}
	try {
		assert.deepEqual(loadRooms(), []);
		saveRoom({ id: "a", key: "b", name: "c", at: 0 });
		forgetRoom("a");
		assert.deepEqual([isRemembered("a"), saveSecret({ id: "a", key: "b" }), loadTasks()], [false, false, []]);
		saveTeacherKey("1-key");
		assert.equal(loadTeacherKey(), "1-key");
		saveTeacherKey(null);
		assert.equal(loadTeacherKey(), null);
	} finally {
		for (const kind of ["localStorage", "sessionStorage"]) Reflect.deleteProperty(globalThis, kind);
	}
});

test("a teacher's link has a room and a key", () => {
	assert.deepEqual(readSecret("#Ab-_345.0123456789abcdefXYZ"), { id: "Ab-_345", key: "0123456789abcdefXYZ" });
	for (const hash of ["", "#", "#room", "#room.key", "#a b c d e f.0123456789abcdefXYZ"]) assert.equal(readSecret(hash), null, hash);
});

const SECRET = { id: "Ab-_345", key: "0123456789abcdefXYZ" };

/** Take the secret of a page, and return it with the address that is left. @param {string} hash @param {any} storage */
function take(hash, storage) {
	let address = `/lab/classroom?lang=en${hash}`;
	const at = /** @type {any} */ ({ hash, pathname: "/lab/classroom", search: "?lang=en" });
	const past =
		/** @type {any} */ ({ replaceState: (/** @type {any} */ _, /** @type {any} */ __, /** @type {string} */ url) => (address = url) });
	return { secret: readPageSecret(at, past, storage), address };
}

test("the key of a link leaves the address, and the tab holds it for the next load", () => {
	const storage = createStorage();
	const link = new URL(linkTo(SECRET, "http://school/lab/classroom?lang=en#old"));
	assert.deepEqual(take(link.hash, storage), { secret: SECRET, address: "/lab/classroom?lang=en" });
	assert.deepEqual(take("", storage).secret, SECRET);
	assert.equal(take("#nonsense", storage).secret, null);
	saveSecret(null, storage);
	assert.equal(take("", storage).secret, null);
});

test("where the tab can hold nothing, the key stays in the address", () => {
	const hash = `#${SECRET.id}.${SECRET.key}`;
	const forbidden = { setItem: () => assert.fail("no"), getItem: () => assert.fail("no") };
	assert.deepEqual(take(hash, forbidden), { secret: SECRET, address: `/lab/classroom?lang=en${hash}` });
	assert.equal(take("", forbidden).secret, null);
});
