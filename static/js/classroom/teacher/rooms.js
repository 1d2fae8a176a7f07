// Stores the keys of rooms: of one room in this tab (sessionStorage), and of those that the browser remembers (localStorage).

import { storageOf } from "../../state/remember.js";
import { readSecret } from "../shared/secret.js";

/** @typedef {import("../shared/secret.js").Secret} Secret */

const STORAGE_KEY = "tinkernet.rooms";
const TAB_KEY = "tinkernet.room";
const TEACHER_KEY = "tinkernet.teacher";
const MAX_ROOMS = 30;

/** @typedef {Secret & {name: string, at: number}} Kept */

/** Return the remembered rooms, the newest first. @param {Storage | undefined} [storage] @returns {Kept[]} */
export function loadRooms(storage = storageOf("localStorage")) {
	try {
		const found = JSON.parse(storage?.getItem(STORAGE_KEY) ?? "[]");
		return Array.isArray(found) ? found.filter((each) => typeof each?.id === "string" && typeof each.key === "string") : [];
	} catch {
		return [];
	}
}

/** @param {Kept[]} rooms @param {Storage | undefined} storage */
function storeRooms(rooms, storage) {
	try {
		storage?.setItem(STORAGE_KEY, JSON.stringify(rooms.slice(0, MAX_ROOMS)));
	} catch {
		// Storage may be forbidden or full; the teacher's link still opens the room.
	}
}

/** Remember a room, in place of an earlier entry. @param {Kept} room @param {Storage | undefined} [storage] */
export const saveRoom = (room, storage = storageOf("localStorage")) =>
	storeRooms([room, ...loadRooms(storage).filter(({ id }) => id !== room.id)], storage);

/** Forget a room. @param {string} id @param {Storage | undefined} [storage] */
export const forgetRoom = (id, storage = storageOf("localStorage")) =>
	storeRooms(loadRooms(storage).filter((each) => each.id !== id), storage);

/** Whether this browser remembers a room. @param {string} id @param {Storage | undefined} [storage] */
export const isRemembered = (id, storage = storageOf("localStorage")) => loadRooms(storage).some((each) => each.id === id);

/** Return the teacher's link to a room. @param {Secret} secret @param {string} [page] the address of the teacher's page */
export const linkTo = ({ id, key }, page = location.href) => `${page.replace(/#.*$/, "")}#${id}.${key}`;

/**
 * Store a room's key in this tab, until the tab closes; null: remove it. Return whether the browser allows it.
 * @param {Secret | null} secret @param {Storage | undefined} [storage]
 */
export function saveSecret(secret, storage = storageOf("sessionStorage")) {
	try {
		if (secret) storage?.setItem(TAB_KEY, `${secret.id}.${secret.key}`);
		else storage?.removeItem(TAB_KEY);
		return storage !== undefined;
	} catch {
		return false;
	}
}

/**
 * Return the room of this page: that of the address, from which the key is then removed, or that which the tab has stored.
 * @param {Location} [at] @param {History} [pageHistory] @param {Storage | undefined} [storage] @returns {Secret | null}
 */
export function readPageSecret(at = location, pageHistory = history, storage = storageOf("sessionStorage")) {
	const linked = readSecret(at.hash);
	if (linked) {
		// If the key cannot be stored, it stays in the address, so that the page can be reloaded.
		if (saveSecret(linked, storage)) pageHistory.replaceState(null, "", at.pathname + at.search);
		return linked;
	}
	try {
		return at.hash ? null : readSecret(storage?.getItem(TAB_KEY) ?? "");
	} catch {
		return null;
	}
}

/** Whether a key is a teacher's, which opens all rooms, and not that of one room. @param {string} key */
export const isTeacherKey = (key) => /^\d+-[0-9a-f]{64}$/.test(key);

/** The teacher key, stored until the page is closed. @type {string | null} */
let pageKey = null;

/** Store the key of a teacher in this tab; null: remove it. @param {string | null} key @param {Storage | undefined} [storage] */
export function saveTeacherKey(key, storage = storageOf("sessionStorage")) {
	pageKey = key;
	try {
		if (key) storage?.setItem(TEACHER_KEY, key);
		else storage?.removeItem(TEACHER_KEY);
	} catch {
		// Without storage, the password is asked for at each load.
	}
}

/** Return the key of a teacher that this tab has stored; null: none. @param {Storage | undefined} [storage] @returns {string | null} */
export function loadTeacherKey(storage = storageOf("sessionStorage")) {
	try {
		return storage?.getItem(TEACHER_KEY) ?? pageKey;
	} catch {
		return pageKey;
	}
}

/** Open a room in this tab, on a fresh page. @param {Secret} secret */
export function enterRoom(secret) {
	if (saveSecret(secret)) location.reload();
	else location.hash = `${secret.id}.${secret.key}`;
}
