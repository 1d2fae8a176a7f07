// The kinds of goals: how a teacher enters each, and the texts of a goal and of a learner's progress towards it.
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

const isWhole = (/** @type {unknown} */ value, minimum = 1) => Number.isInteger(value) && Number(value) >= minimum;
const isPositive = (/** @type {number} */ value) => Number.isFinite(value) && value > 0;
const now = (/** @type {string} */ value, /** @type {I18n} */ i18n) => i18n.t("room.goal.now", { value });
const listText = (/** @type {string[]} */ names, /** @type {I18n} */ i18n) =>
	new Intl.ListFormat(i18n.locale, { type: "conjunction" }).format(names.map(featureText));

const POINT_PROBLEMS = ["classification", "multiclass", "regression"]; // layers of images have filters, too, and no inputs to choose

/** Return a kind of goal that sets an upper bound for a whole number. @param {GoalName} kind @param {string[]} [problems] @returns {GoalKind} */
const upperBound = (kind, problems) => ({
	kind,
	problems,
	control: "number",
	parse: (/** @type {number} */ entered) => (isWhole(entered, 0) ? entered : undefined),
	textValues: (/** @type {number} */ wanted, i18n) => ({ wanted: epoch(wanted, i18n) }),
	describeValue: (/** @type {number} */ value, i18n) => now(epoch(value, i18n), i18n),
});

/** In the order of the task form. @type {GoalKind[]} */
export const GOALS = [
	{
		kind: "test_loss_at_most",
		isTarget: true,
		control: "number",
		parse: (/** @type {number} */ entered) => (isPositive(entered) ? entered : undefined),
		textValues: (/** @type {number} */ wanted, i18n) => ({ wanted: i18n.number(wanted, { maximumSignificantDigits: 4 }) }),
		describeValue: (/** @type {number} */ value, i18n) => now(loss(value, i18n), i18n),
	},
	{
		kind: "accuracy_at_least",
		problems: ["classification", "multiclass", "images"],
		isTarget: true,
		control: "percent",
		parse: (/** @type {number} */ entered) => (isPositive(entered) && entered <= 100 ? entered / 100 : undefined),
		textValues: (/** @type {number} */ wanted, i18n) => ({ wanted: i18n.number(wanted, { style: "percent", maximumFractionDigits: 1 }) }),
		describeValue: (/** @type {number} */ value, i18n) => now(accuracy(value, i18n), i18n),
	},
	upperBound("within_epochs"),
	upperBound("most_neurons", POINT_PROBLEMS),
	upperBound("most_weights"),
	{
		kind: "only_features",
		problems: POINT_PROBLEMS,
		control: "features",
		parse: (/** @type {string[]} */ entered) => (entered.length > 0 ? entered : undefined),
		textValues: (/** @type {string[]} */ wanted, i18n) => ({ wanted: listText(wanted, i18n) }),
		describeValue: (/** @type {string[]} */ value, i18n) => now(listText(value, i18n), i18n),
	},
	{
		kind: "fresh",
		control: "fresh",
		parse(/** @type {FreshRuns} */ { runs, solved, epochs }) {
			const possible = isWhole(runs) && runs <= MAX_RUNS && isWhole(solved) && solved <= runs && isWhole(epochs);
			return possible ? { runs, solved, epochs } : undefined;
		},
		textValues: (/** @type {FreshRuns} */ { solved, runs, epochs }) => ({ solved, runs, epochs }),
		describeValue: (/** @type {number} */ value, i18n, /** @type {FreshRuns} */ { runs }) =>
			i18n.t("room.goal.freshNow", { solved: value, of: runs }),
	},
];

/** Whether a kind of goal applies to a problem type. @param {GoalKind} goal @param {string} problem */
export const appliesTo = ({ problems }, problem) => problems === undefined || problems.includes(problem);

const kindOf = (/** @type {GoalName} */ kind) => GOALS.find((each) => each.kind === kind);

/** Return the text of what a part of a goal asks for. @param {Pick<GoalPart, "kind" | "wanted">} part @param {I18n} i18n @returns {string} */
export const wantedText = ({ kind, wanted }, i18n) => i18n.t(`room.goal.${kind}`, kindOf(kind)?.textValues(wanted, i18n));

/** Return the texts of all parts of a goal. @param {Goal | null | undefined} goal @param {I18n} i18n @returns {string[]} */
export const goalTexts = (goal, i18n) =>
	GOALS.flatMap(({ kind }) => {
		const wanted = goal?.[kind];
		return wanted === undefined || wanted === null ? [] : [wantedText({ kind, wanted }, i18n)];
	});

/** Return the text of a part's present value; empty if it is not known. @param {GoalPart} part @param {I18n} i18n @returns {string} */
export function presentValueText({ kind, wanted, value }, i18n) {
	return value === null || value === undefined ? "" : (kindOf(kind)?.describeValue(value, i18n, wanted) ?? "");
}

/** Whether a goal has fresh runs, but no part that says when a run is solved. @param {GoalName[]} kinds of a goal's parts */
export const lacksTarget = (kinds) => kinds.includes("fresh") && !kinds.some((kind) => kindOf(kind)?.isTarget);

/** Return how many parts of the goal are met, and how many it has. @param {Pick<Progress, "parts"> | null | undefined} progress */
export function countMet(progress) {
	const parts = progress?.parts ?? [];
	return { met: parts.filter(({ met }) => met).length, of: parts.length };
}
