// How far a learner is with the goal of a task, in words.
import { accuracy, epoch, loss } from "../../ui/format.js";
import { featureText } from "../../views/naming.js";

/** @typedef {{kind: string, wanted: any, value: any, met: boolean}} Part */

/** How many parts of the goal are met. @param {{parts: Part[]} | null | undefined} progress */
export function countMet(progress) {
  const parts = progress?.parts ?? [];
  return { met: parts.filter(({ met }) => met).length, of: parts.length };
}

/** What a part asks for. @param {Part} part @param {any} i18n */
export function wantedText({ kind, wanted }, i18n) {
  if (kind === "fresh") return i18n.t("room.goal.fresh", { solved: wanted.solved, runs: wanted.runs, epochs: wanted.epochs });
  return i18n.t(`room.goal.${kind}`, { wanted: boundText(kind, wanted, i18n) });
}

/** What there is now; empty where nothing is known. @param {Part} part @param {any} i18n */
export function nowText({ kind, wanted, value }, i18n) {
  if (value === null || value === undefined) return "";
  if (kind === "fresh") return i18n.t("room.goal.freshNow", { solved: value, of: wanted.runs });
  return i18n.t("room.goal.now", { value: valueText(kind, value, i18n) });
}

/** A bound as short as the teacher typed it. @param {string} kind @param {any} bound @param {any} i18n */
function boundText(kind, bound, i18n) {
  if (kind === "test_loss_at_most") return i18n.number(bound, { maximumSignificantDigits: 4 });
  if (kind === "accuracy_at_least") return i18n.number(bound, { style: "percent", maximumFractionDigits: 1 });
  return valueText(kind, bound, i18n);
}

/** @param {string} kind of a goal's part @param {any} value @param {any} i18n */
function valueText(kind, value, i18n) {
  if (Array.isArray(value)) return new Intl.ListFormat(i18n.locale, { type: "conjunction" }).format(value.map(featureText));
  if (typeof value !== "number") return String(value);
  if (kind === "test_loss_at_most") return loss(value, i18n);
  if (kind === "accuracy_at_least") return accuracy(value, i18n);
  return epoch(value, i18n);
}
