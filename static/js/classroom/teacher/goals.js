// The goal of a task: its parts, as words and as the values of a form.
import { wantedText } from "../shared/progress.js";

/** What a goal may ask for, in the order of the form; a share is typed as per cent. @type {{kind: string, type: "loss" | "percent" | "count" | "features" | "fresh"}[]} */
export const PARTS = [
  { kind: "test_loss_at_most", type: "loss" },
  { kind: "accuracy_at_least", type: "percent" },
  { kind: "within_epochs", type: "count" },
  { kind: "most_neurons", type: "count" },
  { kind: "most_weights", type: "count" },
  { kind: "only_features", type: "features" },
  { kind: "fresh", type: "fresh" },
];
export const MOST_RUNS = 20;
export const ORDERS = ["fewest_weights", "fewest_epochs", "lowest_test_loss"];

/** @param {any} i18n @param {{kind: string, wanted: any}} part */
export const goalText = (i18n, part) => wantedText(/** @type {any} */ (part), i18n);

/** @param {any} i18n @param {Record<string, any> | null | undefined} goal @returns {string[]} */
export const goalTexts = (i18n, goal) =>
  PARTS.filter(({ kind }) => goal?.[kind] !== undefined && goal[kind] !== null).map(({ kind }) =>
    goalText(i18n, { kind, wanted: goal?.[kind] })
  );

/**
 * The value of a part as it was typed; undefined for nonsense.
 * @param {string} type @param {any} typed a number, a list of inputs, or the three numbers of fresh runs
 */
export function readPart(type, typed) {
  const whole = (/** @type {any} */ value, least = 1) => Number.isInteger(value) && value >= least;
  if (type === "loss") return Number.isFinite(typed) && typed > 0 ? typed : undefined;
  if (type === "percent") return typed > 0 && typed <= 100 ? typed / 100 : undefined;
  if (type === "count") return whole(typed, 0) ? typed : undefined;
  if (type === "features") return typed.length > 0 ? typed : undefined;
  const { runs, solved, epochs } = typed;
  return whole(runs) && runs <= MOST_RUNS && whole(solved) && solved <= runs && whole(epochs) ? { runs, solved, epochs } : undefined;
}
