// Values of checks read from frames: they show progress at once, and decide how often the server is asked to verify.

/** @typedef {import("./types.d.ts").StepProgress} StepProgress */
/** @typedef {import("./types.d.ts").ConditionProgress} ConditionProgress */

/** Milliseconds between two requests: while a check may be reached, and while none can be. */
export const [MIN_INTERVAL, MAX_INTERVAL] = [400, 4000];

/** The values of conditions as frames have them. @type {Record<string, (frame: Frame) => number | boolean | null>} */
const FRAME_VALUES = {
	epochs_at_least: ({ epoch }) => epoch,
	within_epochs: ({ epoch, batch }) => epoch + (batch > 0 ? 1 : 0),
	shown_test_loss_at_most: ({ testLoss }) => testLoss,
	train_loss_at_most: ({ trainLoss }) => trainLoss,
	train_loss_at_least: ({ trainLoss }) => trainLoss,
	accuracy_at_least: ({ testAccuracy }) => testAccuracy,
	accuracy_at_most: ({ testAccuracy }) => testAccuracy,
	train_accuracy_at_least: ({ trainAccuracy }) => trainAccuracy,
	diverged: ({ diverged }) => diverged,
	ahead: ({ rival }) => (rival && rival.score !== rival.rivalScore ? rival.score < rival.rivalScore : null),
	rival_test_loss_at_most: ({ rival }) => rival?.rivalScore ?? null,
	rival_test_loss_at_least: ({ rival }) => rival?.rivalScore ?? null,
};
/** Conditions that training decides and frames do not show. */
const KINDS_WITHOUT_VALUE = new Set(["test_loss_at_most", "test_loss_at_least", "zero_weights_at_least", "steps_at_least", "within_steps"]);
/** Conditions that have a value before the first epoch, too. */
const KINDS_OF_UNTRAINED = new Set(["epochs_at_least", "within_epochs", "diverged"]);

/** @param {ConditionProgress} part @param {number | boolean | null} value */
function isMet({ kind, wanted }, value) {
	if (typeof wanted !== "number" || typeof value !== "number") return value === wanted;
	return kind.endsWith("_at_least") ? value >= wanted : value <= wanted;
}

/** Return a condition with the value from the newest frame. @param {ConditionProgress} part @param {Frame | null} frame @returns {ConditionProgress} */
function withFrameValue(part, frame) {
	const read = FRAME_VALUES[part.kind];
	if (!frame || !read || (frame.epoch < 1 && !KINDS_OF_UNTRAINED.has(part.kind))) return part; // an untrained network has no losses to count
	const value = read(frame);
	return { ...part, value, met: isMet(part, value), live: true };
}

/** Return the progress with values from the newest frame. Whether a check is reached is the server's decision alone. @param {StepProgress} progress @param {Frame | null} frame @returns {StepProgress} */
export const withFrame = (progress, frame) => ({
	...progress,
	checks: progress.checks.map((check) => ({ ...check, parts: check.parts.map((part) => withFrameValue(part, frame)) })),
});

/**
 * Return how many milliseconds to wait between two requests: few if an open check may be reached by now.
 * @param {StepProgress | null} progress the last answer @param {number[]} reached the checks that are reached @param {Frame} frame @param {boolean} playing
 */
export function pollInterval(progress, reached, frame, playing) {
	if (!progress || !playing) return MIN_INTERVAL;
	const isNear = (/** @type {ConditionProgress} */ part) => KINDS_WITHOUT_VALUE.has(part.kind) || withFrameValue(part, frame).met;
	return progress.checks.some(({ parts }, index) => !reached.includes(index) && parts.every(isNear)) ? MIN_INTERVAL : MAX_INTERVAL;
}
