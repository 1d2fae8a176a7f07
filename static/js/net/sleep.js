// Notices when the computer has slept or the page was in the background for long, as a connection may have died unnoticed.

const CHECK_INTERVAL = 5000; // milliseconds
const MIN_SLEEP = 30_000; // milliseconds without a check

/**
 * Call `wake` after sleep, after a long time in the background, and when the network is back.
 * @param {() => void} wake
 * @param {{now?: () => number, every?: (act: () => void, milliseconds: number) => number, page?: EventTarget, document?: EventTarget & {hidden: boolean}}} [browser]
 * @returns {() => void} ends it
 */
export function onSleep(wake, browser = {}) {
	const { now = Date.now, every = (act, time) => setInterval(act, time), page = globalThis, document = globalThis.document } = browser;
	let last = now();
	const check = () => {
		if (document?.hidden) return; // browsers slow the timers of such pages down
		const slept = now() - last > MIN_SLEEP;
		last = now();
		if (slept) wake();
	};
	const timer = every(check, CHECK_INTERVAL);
	document?.addEventListener("visibilitychange", check);
	page.addEventListener?.("online", wake);
	return () => {
		clearInterval(timer);
		document?.removeEventListener("visibilitychange", check);
		page.removeEventListener?.("online", wake);
	};
}
