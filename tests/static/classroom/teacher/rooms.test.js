import assert from "node:assert/strict";
import test from "node:test";
import { forgetRoom, keepRoom, readSecret, recallRooms } from "../../../../static/js/classroom/teacher/rooms.js";

/** @returns {any} a browser's storage */
function createStorage(/** @type {Record<string, string>} */ kept = {}) {
	return {
		getItem: (/** @type {string} */ key) => kept[key] ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => void (kept[key] = value),
	};
}

test("rooms are kept, the newest first, each once", () => {
	const storage = createStorage();
	keepRoom({ id: "one", key: "k1", name: "7a", at: 1 }, storage);
	keepRoom({ id: "two", key: "k2", name: "7b", at: 2 }, storage);
	keepRoom({ id: "one", key: "k1", name: "7c", at: 3 }, storage);
	assert.deepEqual(recallRooms(storage).map(({ name }) => name), ["7c", "7b"]);
	forgetRoom("one", storage);
	assert.deepEqual(recallRooms(storage).map(({ id }) => id), ["two"]);
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
	assert.deepEqual(recallRooms(/** @type {any} */ (forbidden)), []);
	keepRoom({ id: "a", key: "b", name: "c", at: 0 }, /** @type {any} */ (forbidden));
	for (const text of ["{", "{}", "[1, null]"]) assert.deepEqual(recallRooms(createStorage({ "tinkernet.rooms": text })), []);
});

test("a teacher's link has a room and a key", () => {
	assert.deepEqual(readSecret("#Ab-_345.0123456789abcdefXYZ"), { id: "Ab-_345", key: "0123456789abcdefXYZ" });
	for (const hash of ["", "#", "#room", "#room.key", "#a b c d e f.0123456789abcdefXYZ"]) assert.equal(readSecret(hash), null, hash);
});
