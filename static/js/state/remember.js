// What the browser stores: the tab's session, theme, language, and whether play was ever pressed.

const TAB = "tinkernet.tab";
const OPEN = "tinkernet.open";
const LESSON = "tinkernet.lesson";
const PLAYED = "tinkernet.played";
const YEAR = 365 * 24 * 3600; // seconds

/** Return null if storage is forbidden or full. @template T @param {() => T} act @returns {T | null} */
function quietly(act) {
	try {
		return act();
	} catch {
		return null;
	}
}

/** A storage of the browser; undefined if the visitor blocks it: then even naming it throws. @param {"localStorage" | "sessionStorage"} kind */
export const storageOf = (kind) => quietly(() => globalThis[kind]) ?? undefined;

/** Whether this site may set cookies. */
export const cookiesWork = () =>
	quietly(() => {
		document.cookie = "probe=yes; samesite=lax";
		const there = document.cookie.includes("probe=yes");
		document.cookie = "probe=; max-age=0; samesite=lax";
		return there;
	}) ?? false;

/** @returns {{session: string, hash: string} | null} */
export const recallTab = () => quietly(() => JSON.parse(sessionStorage.getItem(TAB) ?? "null"));

/** @param {string | null} session @param {string} hash */
export const rememberTab = (session, hash) => {
	quietly(() => sessionStorage.setItem(TAB, JSON.stringify({ session, hash })));
	rememberChoice("session", session ?? ""); // a full server admits those who return
};

/** Note that a page is open in this tab, or no longer. @param {boolean} open */
export const markOpen = (open) => quietly(() => open ? sessionStorage.setItem(OPEN, "yes") : sessionStorage.removeItem(OPEN));

/** Whether this tab's storage says so: it was copied from an open tab, or the browser ended at once. */
export const wasOpen = () => quietly(() => sessionStorage.getItem(OPEN)) === "yes";

/** The experiment that is open in this tab, or null. @returns {string | null} */
export const recallLesson = () => quietly(() => sessionStorage.getItem(LESSON)) || null;
export const rememberLesson = (/** @type {string | null} */ name) => quietly(() => sessionStorage.setItem(LESSON, name ?? ""));

export const hasPlayed = () => quietly(() => localStorage.getItem(PLAYED)) === "yes";
export const rememberPlayed = () => quietly(() => localStorage.setItem(PLAYED, "yes"));

/** Set a cookie that the server reads when it renders the page. @param {"theme" | "lang" | "session"} name @param {string} value */
export function rememberChoice(name, value) {
	const path = new URL(".", document.baseURI).pathname;
	quietly(() => (document.cookie = `${name}=${encodeURIComponent(value)}; path=${path}; max-age=${YEAR}; samesite=lax`));
}
