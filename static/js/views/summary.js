// Announces the progress to screen readers: every few seconds while training, and when it stops.
import { accuracy, epoch, loss } from "../ui/format.js";
import { setText } from "../ui/dom.js";

const REPORT_INTERVAL = 8000; // milliseconds

/** Return a view that writes into a live region. @param {HTMLElement} element @param {{i18n: I18n}} options */
export function createSummary(element, { i18n }) {
	let next = 0;
	let wasPlaying = false;
	return {
		/** @param {PageState} model */
		update({ server, frame }) {
			if (!server || !frame) return;
			const stopped = wasPlaying && !server.playing;
			const now = performance.now();
			if (!stopped && !(server.playing && now > next)) {
				wasPlaying = server.playing;
				return;
			}
			next = now + REPORT_INTERVAL;
			wasPlaying = server.playing;
			const values = {
				epoch: epoch(frame.epoch, i18n),
				train: loss(frame.trainLoss, i18n),
				test: loss(frame.testLoss, i18n),
				accuracy: accuracy(frame.testAccuracy, i18n),
			};
			setText(element, i18n.t(`message.summary.${server.config.problem}`, values));
		},
	};
}
