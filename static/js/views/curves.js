// The data of the loss chart: its points, its scale, and the point nearest to an epoch.
import { linearScale, logScale } from "../ui/scale.js";

/** Return the history with the newest losses at its end. @param {FrameState} state */
export function trainingSeries({ history: { points }, frame }) {
	if (!frame || !Number.isFinite(frame.trainLoss) || points[points.length - 1]?.epoch >= frame.epoch) return points;
	return [...points, { epoch: frame.epoch, train: frame.trainLoss, test: frame.testLoss }];
}

/** Return the same of the rival in a race; [] without one. @param {PageState} state @returns {HistoryPoint[]} */
export function rivalSeries({ server, rival, rivalHistory }) {
	if (!server?.rival) return [];
	const { points } = rivalHistory;
	if (!rival || !Number.isFinite(rival.trainLoss) || points[points.length - 1]?.epoch >= rival.epoch) return points;
	return [...points, { epoch: rival.epoch, train: rival.trainLoss, test: rival.testLoss }];
}

/** Return the point whose epoch is nearest. @param {HistoryPoint[]} points at least one, by epoch @param {number} epoch */
export function nearestPoint(points, epoch) {
	let [low, high] = [0, points.length - 1];
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if (points[middle].epoch < epoch) low = middle;
		else high = middle;
	}
	return Math.abs(points[low].epoch - epoch) < Math.abs(points[high].epoch - epoch) ? points[low] : points[high];
}

/** Return the scale from losses to pixels. @param {HistoryPoint[]} points @param {boolean} logarithmic @param {[number, number]} range */
export function lossScale(points, logarithmic, range) {
	let [lowest, highest] = [Infinity, 0];
	for (const { train, test } of points) {
		lowest = Math.min(lowest, train, test);
		highest = Math.max(highest, train, test);
	}
	if (!(highest > 0)) [lowest, highest] = [0.01, 0.5];
	if (!logarithmic) return linearScale([0, highest * 1.05], range);
	const floor = Math.max(lowest * 0.8, 1e-12);
	const scale = logScale([floor, Math.max(highest * 1.1, floor * 2)], range);
	return Object.assign((/** @type {number} */ loss) => scale(Math.max(loss, floor)), { ticks: scale.ticks });
}
