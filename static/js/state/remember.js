// What the browser stores: the tab's session, theme, language, and whether play was ever pressed.

const TAB_KEY = "tinkernet.tab";
const OPEN_KEY = "tinkernet.open";
const PLAYED_KEY = "tinkernet.played";
const YEAR = 365 * 24 * 3600; // seconds

/** Return null if storage is forbidden or full. @template T @param {() => T} act @returns {T | null} */
function orNull(act) {
	try {
		return act();
	} catch {
		return null;
	}
}

/** The position of this page among the frames of its top page, such as ".0", as they share one storage; "" outside of frames. */
const FRAME_PATH = orNull(() => {
	let place = "";
	for (let frame = window; frame !== frame.parent; frame = /** @type {typeof window} */ (frame.parent)) {
		let index = 0;
		while (index < frame.parent.length && frame.parent[index] !== frame) index++;
		place = `.${index}${place}`;
	}
	return place;
}) ?? "";

/** Return a storage of the browser; undefined if the visitor blocks it, when even reading the property throws. @param {"localStorage" | "sessionStorage"} kind */
export const storageOf = (kind) => orNull(() => globalThis[kind]) ?? undefined;

/** Return a channel to the browser's other tabs; null if there is none, as in Firefox when the visitor blocks site data. */
export const openChannel = (/** @type {string} */ name, Channel = globalThis.BroadcastChannel) => orNull(() => new Channel(name));

/** Whether this site may set cookies. */
export const cookiesWork = () =>
	orNull(() => {
		document.cookie = "probe=yes; samesite=lax";
		const there = document.cookie.includes("probe=yes");
		document.cookie = "probe=; max-age=0; samesite=lax";
		return there;
	}) ?? false;

/** Return the session and the hash that this tab has stored; null: none. @returns {{session: string, hash: string} | null} */
export const loadTab = () => orNull(() => JSON.parse(sessionStorage.getItem(TAB_KEY + FRAME_PATH) ?? "null"));

/** Store the session and the hash in this tab. @param {string | null} session @param {string} hash */
export const saveTab = (session, hash) => {
	orNull(() => sessionStorage.setItem(TAB_KEY + FRAME_PATH, JSON.stringify({ session, hash })));
	saveChoice("session", session ?? ""); // a full server admits those who return
};

/** Mark in this tab's storage that a page is open, or remove the mark. @param {boolean} open */
export const markOpen = (open) =>
	orNull(() => open ? sessionStorage.setItem(OPEN_KEY + FRAME_PATH, "yes") : sessionStorage.removeItem(OPEN_KEY + FRAME_PATH));

/** Whether the mark of an open page is in this tab's storage: it was copied from an open tab, or the browser crashed. */
export const wasOpen = () => orNull(() => sessionStorage.getItem(OPEN_KEY + FRAME_PATH)) === "yes";

/** Whether play was ever pressed in this browser. */
export const hasPlayed = () => orNull(() => localStorage.getItem(PLAYED_KEY)) === "yes";
/** Store that play was pressed. */
export const savePlayed = () => orNull(() => localStorage.setItem(PLAYED_KEY, "yes"));

/** Set a cookie that the server reads when it renders the page. @param {"theme" | "lang" | "session"} name @param {string} value */
export function saveChoice(name, value) {
	const path = new URL(".", document.baseURI).pathname;
	orNull(() => (document.cookie = `${name}=${encodeURIComponent(value)}; path=${path}; max-age=${YEAR}; samesite=lax`));
}
