// Finds out whether this tab is a duplicate: browsers copy a tab's storage, and with it the session that it remembers.
import { markOpen, openChannel, wasOpen } from "../state/remember.js";

const ANSWER_TIMEOUT = 250; // milliseconds in which another tab answers

/**
 * Answer duplicates of this tab from now on, until its page is left.
 * @param {() => string | null} session returns the session of this tab
 * @param {{Channel?: typeof BroadcastChannel, page?: EventTarget}} [browser]
 */
export function createTab(session, { Channel = globalThis.BroadcastChannel, page = globalThis } = {}) {
	const mayBeDuplicate = wasOpen(); // a page that is left normally removes its mark
	const channel = openChannel("tinkernet.tabs", Channel);
	/** @type {((answer: boolean) => void) | undefined} */
	let resolveAnswer;
	let askedSession = "";
	markOpen(true);
	page.addEventListener("pagehide", () => markOpen(false));
	page.addEventListener("pageshow", () => markOpen(true));
	channel?.addEventListener("message", ({ data }) => {
		if (data.shown === askedSession) resolveAnswer?.(true);
		else if (data.who && data.who === session() && data.who !== askedSession) channel.postMessage({ shown: data.who });
	});
	return {
		/** Whether another open tab shows this session already. @param {string | null} remembered @returns {Promise<boolean>} */
		isDuplicate(remembered) {
			if (!remembered || !mayBeDuplicate || !channel) return Promise.resolve(false);
			askedSession = remembered;
			/** @type {Promise<boolean>} */
			const answer = new Promise((resolve) => {
				resolveAnswer = resolve;
				setTimeout(() => resolve(false), ANSWER_TIMEOUT);
			});
			channel.postMessage({ who: remembered });
			return answer.finally(() => {
				askedSession = "";
			});
		},
	};
}
