// The rooms whose keys this browser holds: one in this tab, and those that it remembers from one visit to the next.

import { storageOf } from "../../state/remember.js";
import { readSecret } from "../shared/secret.js";

/** @typedef {import("../shared/secret.js").Secret} Secret */

const STORAGE_KEY = "tinkernet.rooms";
const TAB_KEY = "tinkernet.room";
const TEACHER_KEY = "tinkernet.teacher";
const MAX_ROOMS = 30;

/** @typedef {Secret & {name: string, at: number}} Kept */

/** @param {Storage | undefined} [storage] @returns {Kept[]} the newest first */
export function recallRooms(storage = storageOf("localStorage")) {
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
export const keepRoom = (room, storage = storageOf("localStorage")) =>
	write([room, ...recallRooms(storage).filter(({ id }) => id !== room.id)], storage);

/** @param {string} id @param {Storage | undefined} [storage] */
export const forgetRoom = (id, storage = storageOf("localStorage")) =>
	write(recallRooms(storage).filter((each) => each.id !== id), storage);

/** Whether this browser remembers a room. @param {string} id @param {Storage | undefined} [storage] */
export const isKept = (id, storage = storageOf("localStorage")) => recallRooms(storage).some((each) => each.id === id);

/** Return the teacher's link to a room. @param {Secret} secret @param {string} [page] the address of the teacher's page */
export const linkTo = ({ id, key }, page = location.href) => `${page.replace(/#.*$/, "")}#${id}.${key}`;

/**
 * Hold a room's key in this tab, for as long as the tab is open; null: none. Return whether the browser allows it.
 * @param {Secret | null} secret @param {Storage | undefined} [storage]
 */
export function holdSecret(secret, storage = storageOf("sessionStorage")) {
	try {
		if (secret) storage?.setItem(TAB_KEY, `${secret.id}.${secret.key}`);
		else storage?.removeItem(TAB_KEY);
		return storage !== undefined;
	} catch {
		return false;
	}
}

/**
 * Return the room of this page: that of a link, whose key then leaves the address and its history, or that which the tab holds.
 * @param {Location} [at] @param {History} [past] @param {Storage | undefined} [storage] @returns {Secret | null}
 */
export function takeSecret(at = location, past = history, storage = storageOf("sessionStorage")) {
	const linked = readSecret(at.hash);
	if (linked) {
		// Where nothing can be held, the address keeps the key, so that the page can be loaded again.
		if (holdSecret(linked, storage)) past.replaceState(null, "", at.pathname + at.search);
		return linked;
	}
	try {
		return at.hash ? null : readSecret(storage?.getItem(TAB_KEY) ?? "");
	} catch {
		return null;
	}
}

/** Whether a key is that of a teacher, for all rooms, instead of one room's own. @param {string} key */
export const isTeacherKey = (key) => /^\d+-[0-9a-f]{64}$/.test(key);

/** The key of a teacher, for as long as the page is open. @type {string | null} */
let pageKey = null;

/** Hold the key of a teacher in this tab; null: none. @param {string | null} key @param {Storage | undefined} [storage] */
export function holdTeacherKey(key, storage = storageOf("sessionStorage")) {
	pageKey = key;
	try {
		if (key) storage?.setItem(TEACHER_KEY, key);
		else storage?.removeItem(TEACHER_KEY);
	} catch {
		// Without storage, the password is asked for at each load.
	}
}

/** Return the key of a teacher that this tab holds; null: none. @param {Storage | undefined} [storage] @returns {string | null} */
export function heldTeacherKey(storage = storageOf("sessionStorage")) {
	try {
		return storage?.getItem(TEACHER_KEY) ?? pageKey;
	} catch {
		return pageKey;
	}
}

/** Open a room in this tab, on a fresh page. @param {Secret} secret */
export function enterRoom(secret) {
	if (holdSecret(secret)) location.reload();
	else location.hash = `${secret.id}.${secret.key}`;
}
