// The teacher's REST requests. Each carries the room's key in a header, never in an address. All throw a `Refusal` when the server refuses.
import { request, requestJson } from "../../net/rest.js";

/** Create a room. @param {Record<string, unknown>} settings @param {string | null} teacherKey null: a server without teachers' password */
export const createRoom = (settings, teacherKey) => requestJson("POST", "api/rooms", { body: settings, teacherKey });

/** @typedef {{id: string, name: string, created: number, learners: number, online: number}} ListedRoom */

/** Return all rooms of the server. @param {string} teacherKey @returns {Promise<ListedRoom[]>} */
export const listRooms = (teacherKey) => requestJson("GET", "api/rooms", { teacherKey });

/** Return the key of a teacher who knows the teachers' password. @param {string} password @returns {Promise<{key: string}>} */
export const logIn = (password) => requestJson("POST", "api/teachers", { body: { password } });

/** @typedef {ReturnType<typeof createRoomApi>} RoomApi */

/** Return the requests about a room. @param {{id: string, key: string}} room */
export function createRoomApi({ id, key }) {
	const path = (/** @type {string} */ rest) => `api/rooms/${encodeURIComponent(id)}${rest}`;
	const send = (/** @type {string} */ method, /** @type {string} */ rest, /** @type {unknown} */ body = undefined) =>
		requestJson(method, path(rest), { body, key });
	const seat = (/** @type {string} */ name) => `/seats/${encodeURIComponent(name)}`;
	return {
		state: () => send("GET", ""),
		change: (/** @type {Record<string, unknown>} */ changes) => send("PATCH", "", changes),
		end: () => send("DELETE", ""),
		newCode: () => send("POST", "/code"),
		start: (/** @type {Record<string, unknown>} */ start) => send("POST", "/start", start),
		/** Have learners' trainings do something. @param {"pause" | "resume" | "play" | "reset"} action @param {string[]} [seats] left out: all of them */
		command: (action, seats) => send("POST", "/do", seats ? { action, seats } : { action }),
		hint: (/** @type {string} */ text, /** @type {string[] | undefined} */ seats = undefined) =>
			send("POST", "/hint", seats ? { text, seats } : { text }),
		setTask: (/** @type {unknown} */ task) => send("PUT", "/task", task),
		builtinTasks: (/** @type {string} */ lang) => requestJson("GET", `api/rooms/tasks?lang=${encodeURIComponent(lang)}`, { key }),
		lessons: (/** @type {string} */ language) => requestJson("GET", `api/lessons?language=${encodeURIComponent(language)}`),
		roomLessons: () => send("GET", "/lessons"),
		/** @param {string} name @param {Record<string, string>} texts by language @param {Record<string, string>} files what they are called */
		uploadLesson: (name, texts, files) => send("PUT", `/lessons/${encodeURIComponent(name.slice(0, 80))}`, { texts, files }),
		changeSeat: (/** @type {string} */ name, /** @type {Record<string, unknown>} */ changes) => send("POST", seat(name), changes),
		removeOffline: () => send("DELETE", "/seats"),
		removeSeat: (/** @type {string} */ name) => send("DELETE", seat(name)),
		configure: (/** @type {string} */ name, /** @type {Record<string, unknown>} */ changes) =>
			send("PATCH", `${seat(name)}/config`, { changes }),
		summary: () => send("GET", "/summary"),
		/** Return the server's time in milliseconds. */
		serverTime: async () => Date.parse((await request("GET", path(""), { key })).headers.get("date") ?? "") || Date.now(),
		/** Download a file of the room. @param {string} rest such as "/results?format=csv" */
		file: async (rest) => (await request("GET", path(rest), { key })).blob(),
	};
}
