// The kinds of goals: how a teacher enters each, and how it and a learner's progress with it are told in words.
//
// A new kind of goal is one entry of GOALS, and its words `room.goal.KIND` and `task.part.KIND`.
import { accuracy, epoch, loss } from "../../ui/format.js";
import { featureText } from "../../views/naming.js";

export const MAX_RUNS = 20;

/**
 * The name of each kind in REST.
 * @typedef {"test_loss_at_most" | "accuracy_at_least" | "within_epochs" | "most_neurons" | "most_weights" | "only_features" | "fresh"} GoalName
 */

/** What a leaderboard can go by. @type {Order[]} */
export const ORDERS = ["fewest_weights", "fewest_epochs", "lowest_test_loss"];

const isWhole = (/** @type {unknown} */ value, least = 1) => Number.isInteger(value) && Number(value) >= least;
const isPositive = (/** @type {number} */ value) => Number.isFinite(value) && value > 0;
const now = (/** @type {string} */ value, /** @type {I18n} */ i18n) => i18n.t("room.goal.now", { value });
const listed = (/** @type {string[]} */ names, /** @type {I18n} */ i18n) =>
	new Intl.ListFormat(i18n.locale, { type: "conjunction" }).format(names.map(featureText));

const POINT_PROBLEMS = ["classification", "multiclass", "regression"]; // layers of images have filters, too, and no inputs to choose

/** A goal that sets an upper bound for a whole number. @param {GoalName} kind @param {string[]} [problems] @returns {GoalKind} */
const count = (kind, problems) => ({
	kind,
	problems,
	control: "number",
	parse: (/** @type {number} */ entered) => (isWhole(entered, 0) ? entered : undefined),
	places: (/** @type {number} */ wanted, i18n) => ({ wanted: epoch(wanted, i18n) }),
	now: (/** @type {number} */ value, i18n) => now(epoch(value, i18n), i18n),
});

/** In the order of the task form. @type {GoalKind[]} */
export const GOALS = [
	{
		kind: "test_loss_at_most",
		isTarget: true,
		control: "number",
		parse: (/** @type {number} */ entered) => (isPositive(entered) ? entered : undefined),
		places: (/** @type {number} */ wanted, i18n) => ({ wanted: i18n.number(wanted, { maximumSignificantDigits: 4 }) }),
		now: (/** @type {number} */ value, i18n) => now(loss(value, i18n), i18n),
	},
	{
		kind: "accuracy_at_least",
		problems: ["classification", "multiclass", "images"],
		isTarget: true,
		control: "percent",
		parse: (/** @type {number} */ entered) => (isPositive(entered) && entered <= 100 ? entered / 100 : undefined),
		places: (/** @type {number} */ wanted, i18n) => ({ wanted: i18n.number(wanted, { style: "percent", maximumFractionDigits: 1 }) }),
		now: (/** @type {number} */ value, i18n) => now(accuracy(value, i18n), i18n),
	},
	count("within_epochs"),
	count("most_neurons", POINT_PROBLEMS),
	count("most_weights"),
	{
		kind: "only_features",
		problems: POINT_PROBLEMS,
		control: "features",
		parse: (/** @type {string[]} */ entered) => (entered.length > 0 ? entered : undefined),
		places: (/** @type {string[]} */ wanted, i18n) => ({ wanted: listed(wanted, i18n) }),
		now: (/** @type {string[]} */ value, i18n) => now(listed(value, i18n), i18n),
	},
	{
		kind: "fresh",
		control: "fresh",
		parse(/** @type {FreshRuns} */ { runs, solved, epochs }) {
			const possible = isWhole(runs) && runs <= MAX_RUNS && isWhole(solved) && solved <= runs && isWhole(epochs);
			return possible ? { runs, solved, epochs } : undefined;
		},
		places: (/** @type {FreshRuns} */ { solved, runs, epochs }) => ({ solved, runs, epochs }),
		now: (/** @type {number} */ value, i18n, /** @type {FreshRuns} */ { runs }) =>
			i18n.t("room.goal.freshNow", { solved: value, of: runs }),
	},
];

/** Whether a kind of goal has a meaning for a problem type. @param {GoalKind} goal @param {string} problem */
export const suits = ({ problems }, problem) => problems === undefined || problems.includes(problem);

const kindOf = (/** @type {GoalName} */ kind) => GOALS.find((each) => each.kind === kind);

/** What a part of a goal asks for. @param {Pick<GoalPart, "kind" | "wanted">} part @param {I18n} i18n @returns {string} */
export const wantedText = ({ kind, wanted }, i18n) => i18n.t(`room.goal.${kind}`, kindOf(kind)?.places(wanted, i18n));

/** What every part of a goal asks for. @param {Goal | null | undefined} goal @param {I18n} i18n @returns {string[]} */
export const goalTexts = (goal, i18n) =>
	GOALS.flatMap(({ kind }) => {
		const wanted = goal?.[kind];
		return wanted === undefined || wanted === null ? [] : [wantedText({ kind, wanted }, i18n)];
	});

/** The present value of a part; empty where none is known. @param {GoalPart} part @param {I18n} i18n @returns {string} */
export function nowText({ kind, wanted, value }, i18n) {
	return value === null || value === undefined ? "" : (kindOf(kind)?.now(value, i18n, wanted) ?? "");
}

/** Whether fresh runs are wanted, but nothing that they could reach. @param {GoalName[]} kinds of a goal's parts */
export const lacksTarget = (kinds) => kinds.includes("fresh") && !kinds.some((kind) => kindOf(kind)?.isTarget);

/** How many parts of the goal are met. @param {Pick<Progress, "parts"> | null | undefined} progress */
export function countMet(progress) {
	const parts = progress?.parts ?? [];
	return { met: parts.filter(({ met }) => met).length, of: parts.length };
}
