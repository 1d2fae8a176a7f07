// The epoch at which playing pauses: set on this page, by a link, on another page or by a program.

/**
 * The epoch to stop at once the server has sent a state. What the server plays until counts; while it does not play, or has passed the
 * epoch, the page's own stays for the next time.
 * @param {ServerState} server @param {ServerState | null} before the state before it
 * @param {number | null} stopAt the page's @param {number} epoch that the page has seen, Infinity if none
 */
export function stopAfter(server, before, stopAt, epoch) {
	if (!server.playing || (before?.playing && before.until_epoch === server.until_epoch)) return stopAt;
	if (server.until_epoch !== null) return server.until_epoch;
	return stopAt !== null && stopAt > epoch ? null : stopAt; // somebody has it play without an end
}
