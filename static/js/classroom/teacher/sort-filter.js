// Which learners the wall shows, in which order, and the badges on their tiles.

import { countsChecks, isComplete } from "../shared/lesson-progress.js";

export const SORTS = ["joined", "name", "loss", "epoch", "checks"];
export const FILTERS = ["all", "help", "stuck", "best", "fresh"];

const STUCK_TIME = 45_000; // milliseconds of training without improvement after which a learner counts as stuck
const IDLE_TIME = 120_000; // milliseconds without any change after which a learner counts as idle
const BEST_COUNT = 10;

/** @typedef {{seat: Seat, learner: Learner | undefined}} Entry a seat, and what is known of its training */

/** Whether a learner has reached what the task asks: its goal, or else all checks of its lesson. @param {Seat} seat */
export const hasReached = (seat) => countsChecks(seat) ? isComplete(seat.lesson) : Boolean(seat.progress?.reached || seat.hand_in?.reached);

/** @param {Entry} entry */
const isUntrained = ({ learner }) => !(learner && learner.counted_epochs > 0);

/** Whether a learner has not started: of a lesson that is the task, not opened it; else, not trained. @param {Entry} entry */
export function isNotStarted(entry) {
	const { waiting, lesson } = entry.seat;
	return !waiting && (lesson ? lesson.step === 0 && lesson.reached === 0 && !lesson.finished : isUntrained(entry));
}

/** Whether a training runs without improvement, or has diverged. @param {Entry} entry @param {number} now the server's time, in milliseconds */
export function isStuck({ seat, learner }, now) {
	if (!learner || seat.waiting || seat.done || seat.online === false || hasReached(seat)) return false;
	return learner.diverged || (learner.playing && now - learner.improved > STUCK_TIME);
}

const scoreOf = (
	/** @type {Entry} */ { learner },
) => (Number.isFinite(learner?.score) ? Number(learner?.score) : Infinity);
const checksOf = (/** @type {Entry} */ { seat }) => seat.lesson?.reached ?? Infinity;
const joinedOf = (/** @type {Entry} */ { seat }) => seat.joined ?? 0;

/** @param {string} locale @returns {Record<string, (one: Entry, other: Entry) => number>} */
function comparatorsFor(locale) {
	const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
	const minus = (/** @type {number} */ one, /** @type {number} */ other) => (one === other ? 0 : one - other);
	return {
		joined: (one, other) => minus(joinedOf(one), joinedOf(other)),
		name: (one, other) => compare(one.seat.nickname, other.seat.nickname),
		loss: (one, other) => minus(scoreOf(one), scoreOf(other)),
		checks: (one, other) => minus(checksOf(one), checksOf(other)) || minus(one.seat.lesson?.step ?? 0, other.seat.lesson?.step ?? 0),
		epoch: (one, other) => minus(other.learner?.counted_epochs ?? -1, one.learner?.counted_epochs ?? -1),
	};
}

/** Sort entries; those that are equal stay in the order in which they joined. @param {Entry[]} entries @param {string} sort @param {string} [locale] */
export function sortEntries(entries, sort, locale = "en") {
	const by = comparatorsFor(locale);
	const compare = by[sort] ?? by.joined;
	return [...entries].sort((one, other) => compare(one, other) || by.joined(one, other) || (one.seat.seat < other.seat.seat ? -1 : 1));
}

/** Return the entries that a filter shows; all for an unknown filter. `now` is the server's time in milliseconds. @param {Entry[]} entries @param {string} filter @param {number} now */
export function filterEntries(entries, filter, now) {
	if (filter === "help") return entries.filter(({ seat }) => seat.help);
	if (filter === "stuck") return entries.filter((each) => isStuck(each, now));
	if (filter === "fresh") return entries.filter(isNotStarted);
	if (filter === "best") {
		const best = new Set(
			sortEntries(entries.filter((each) => scoreOf(each) < Infinity && !isUntrained(each)), "loss").slice(0, BEST_COUNT),
		);
		return entries.filter((each) => best.has(each));
	}
	return entries;
}

/** Return the names of the badges of a tile, the most urgent first. @param {Entry} entry @param {number} now @returns {string[]} */
export function badgesOf({ seat, learner }, now) {
	const badges = [];
	if (seat.help) badges.push("help");
	if (hasReached(seat)) badges.push(countsChecks(seat) ? "complete" : "goal");
	if (seat.lesson?.finished) badges.push("finished");
	if (seat.done) badges.push("done");
	if (seat.online === false) badges.push("offline");
	else if (isStuck({ seat, learner }, now)) badges.push("stuck");
	else if (!learner?.playing && now - seat.idle_since * 1000 > IDLE_TIME) badges.push("idle");
	return badges;
}
