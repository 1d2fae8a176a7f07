// What the browser stores: the tab's session, theme, language, and whether play was ever pressed.

const TAB = "tinkernet.tab";
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

/** @returns {{session: string, hash: string} | null} */
export const recallTab = () => quietly(() => JSON.parse(sessionStorage.getItem(TAB) ?? "null"));

/** @param {string | null} session @param {string} hash */
export const rememberTab = (session, hash) => {
	quietly(() => sessionStorage.setItem(TAB, JSON.stringify({ session, hash })));
	rememberChoice("session", session ?? ""); // a full server admits those who return
};

export const hasPlayed = () => quietly(() => localStorage.getItem(PLAYED)) === "yes";
export const rememberPlayed = () => quietly(() => localStorage.setItem(PLAYED, "yes"));

/** Set a cookie that the server reads when it renders the page. @param {"theme" | "lang" | "session"} name @param {string} value */
export function rememberChoice(name, value) {
	const path = new URL(".", document.baseURI).pathname;
	document.cookie = `${name}=${encodeURIComponent(value)}; path=${path}; max-age=${YEAR}; samesite=lax`;
}
