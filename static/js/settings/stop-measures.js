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

/** @param {StopMeasure} measure */
export const isAccuracy = (measure) => measure.endsWith("accuracy");

/** What a measure may be compared with. @param {StopMeasure} measure @returns {Bounds} */
export const stopBounds = (measure) => ({ type: "number", minimum: 0, maximum: isAccuracy(measure) ? 1 : 1e6 });

/** As the server takes it. @param {StopWhen | null} when */
export const stopConditions = (when) => (when ? { [when.measure]: when.value } : undefined);

/** The condition that somebody gave the server, if it is a single one. @param {import("../net/types.d.ts").StopConditions | null} until @returns {StopWhen | null} */
export function stopWhenOf(until) {
	const conditions = STOP_MEASURES.flatMap(([measure]) => {
		const value = until?.[measure] ?? null;
		return value === null ? [] : [{ measure, value }];
	});
	return conditions.length === 1 ? conditions[0] : null;
}
