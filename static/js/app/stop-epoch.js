// Where playing pauses: at an epoch, a loss or an accuracy that is set on this page, by a link, on another page or by a program.
import { message } from "../net/protocol.js";
import { stopConditions, stopWhenOf } from "../settings/stop-measures.js";

/** @typedef {{stopAt: number | null, stopWhen: StopWhen | null}} Stops the epoch, and the loss or accuracy */

/** Return the message that plays until the stops. @param {Stops} stops */
export const playUntil = ({ stopAt, stopWhen }) => message.play({ until_epoch: stopAt ?? undefined, until: stopConditions(stopWhen) });

/**
 * Return the stops after a new state of the server. While it plays, its stops count; else, or if it has passed the epoch, the page's own stay for
 * the next time.
 * @param {ServerState} server @param {ServerState | null} before the state before it
 * @param {Stops} own the page's @param {number} epoch that the page has seen, Infinity if none
 * @returns {Stops}
 */
export function stopsAfter(server, before, own, epoch) {
	return { stopAt: stopAfter(server, before, own.stopAt, epoch), stopWhen: stopWhenAfter(server, before, own.stopWhen) };
}

/** @param {ServerState} server @param {ServerState | null} before @param {number | null} stopAt @param {number} epoch */
function stopAfter(server, before, stopAt, epoch) {
	if (!server.playing || (before?.playing && before.until_epoch === server.until_epoch)) return stopAt;
	if (server.until_epoch !== null) return server.until_epoch;
	return stopAt !== null && stopAt > epoch ? null : stopAt; // somebody has it play without an end
}

/** Return the condition after a new state; one that already holds, so that the server plays without it, stays. @param {ServerState} server @param {ServerState | null} before @param {StopWhen | null} own */
function stopWhenAfter(server, before, own) {
	if (!server.playing || (before?.playing && JSON.stringify(before.until) === JSON.stringify(server.until))) return own;
	const theirs = stopWhenOf(server.until);
	return theirs && (theirs.measure !== own?.measure || theirs.value !== own.value) ? theirs : own;
}
