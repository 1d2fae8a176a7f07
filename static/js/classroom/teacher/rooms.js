// The rooms that this browser knows with their keys, so that a teacher can return to them.

const STORAGE_KEY = "tinkernet.rooms";
const MAX_ROOMS = 30;

/** @typedef {{id: string, key: string, name: string, at: number}} Kept */

/** @param {Storage | undefined} [storage] @returns {Kept[]} the newest first */
export function recallRooms(storage = globalThis.localStorage) {
	try {
		const found = JSON.parse(storage?.getItem(STORAGE_KEY) ?? "[]");
		return Array.isArray(found) ? found.filter((each) => typeof each?.id === "string" && typeof each.key === "string") : [];
	} catch {
		return [];
	}
}

/** @param {Kept[]} rooms @param {Storage | undefined} storage */
function write(rooms, storage) {
	try {
		storage?.setItem(STORAGE_KEY, JSON.stringify(rooms.slice(0, MAX_ROOMS)));
	} catch {
		// Storage may be forbidden or full; the teacher's link still opens the room.
	}
}

/** @param {Kept} room @param {Storage | undefined} [storage] */
export const keepRoom = (room, storage = globalThis.localStorage) =>
	write([room, ...recallRooms(storage).filter(({ id }) => id !== room.id)], storage);

/** @param {string} id @param {Storage | undefined} [storage] */
export const forgetRoom = (id, storage = globalThis.localStorage) => write(recallRooms(storage).filter((each) => each.id !== id), storage);

/** Return the room and the key in a teacher's link; null if there are none. @param {string} hash @returns {{id: string, key: string} | null} */
export function readSecret(hash) {
	const found = /^#?([\w-]{6,40})\.([\w-]{16,80})$/.exec(hash);
	return found ? { id: found[1], key: found[2] } : null;
}
