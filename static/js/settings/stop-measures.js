// The losses and accuracies at which playing can pause: losses at most a value, accuracies at least one.

/** @typedef {keyof import("../net/types.d.ts").StopConditions} StopMeasure */
/** @typedef {{measure: StopMeasure, value: number}} StopWhen accuracies from 0 to 1 */

/** Each measure, and its key in links. @type {[StopMeasure, string][]} */
export const STOP_MEASURES = [
	["test_loss", "stopTestLoss"],
	["train_loss", "stopTrainLoss"],
	["test_accuracy", "stopTestAccuracy"],
	["train_accuracy", "stopTrainAccuracy"],
];

/** Whether a measure is an accuracy; else it is a loss. @param {StopMeasure} measure */
export const isAccuracy = (measure) => measure.endsWith("accuracy");

/** Return the bounds of values at which to stop. @param {StopMeasure} measure @returns {Bounds} */
export const stopBounds = (measure) => ({ type: "number", minimum: 0, maximum: isAccuracy(measure) ? 1 : 1e6 });

/** Return a condition in the server's format; undefined: none. @param {StopWhen | null} when */
export const stopConditions = (when) => (when ? { [when.measure]: when.value } : undefined);

/** Return the server's condition if it is a single one; else null. @param {import("../net/types.d.ts").StopConditions | null} until @returns {StopWhen | null} */
export function stopWhenOf(until) {
	const conditions = STOP_MEASURES.flatMap(([measure]) => {
		const value = until?.[measure] ?? null;
		return value === null ? [] : [{ measure, value }];
	});
	return conditions.length === 1 ? conditions[0] : null;
}
