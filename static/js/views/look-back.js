// The slider below the loss chart that shows the networks of earlier epochs, as far as the server has stored them.
import { epoch as formatEpoch } from "../ui/format.js";
import { h, setText } from "../ui/dom.js";

/** Return the stored epoch next to another, in a direction; null if there is none. @param {number[]} storedEpochs ascending @param {number} from @param {number} direction 1 or -1 */
export function nextStored(storedEpochs, from, direction) {
	return (direction > 0 ? storedEpochs.find((each) => each > from) : storedEpochs.findLast((each) => each < from)) ?? null;
}

/** How many stored epochs each key moves. @type {Record<string, number>} */
const MOVES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 };

/**
 * Return the slider, and the button that returns to the present.
 * @param {{i18n: I18n, onLookBack?: (epoch: number | null) => void}} options without `onLookBack`, there is nothing to see
 */
export function createLookBack({ i18n, onLookBack }) {
	const slider = h("input", {
		type: "range",
		class: "chart-time",
		"aria-label": i18n.t("control.lookBack.label"),
		data: { help: "control.lookBack.help" },
		step: "1",
		hidden: true,
	});
	const back = h("button", { type: "button", class: "text-button chart-present", data: { help: "control.present.help" }, hidden: true });
	/** @type {number[]} */
	let storedEpochs = [];
	let present = 0; // the epoch at which the training is
	let storedEpochsAt = -1; // the epoch of the training when the server sent `storedEpochs`
	let isWaiting = false; // for an answer
	/** @type {number | null | undefined} */
	let nextRequest; // the epoch to request once the answer has come
	let pendingMoves = 0; // of keys, until the server has sent which epochs are stored

	const value = () => Number(slider.value);
	const request = (/** @type {number | null} */ epoch) => {
		if (isWaiting) {
			nextRequest = epoch;
			return;
		}
		isWaiting = true;
		onLookBack?.(epoch);
	};
	const goTo = (/** @type {number} */ epoch) => request(epoch >= present ? null : epoch);

	slider.addEventListener("input", () => goTo(value()));
	const requestStoredEpochs = () => storedEpochsAt !== present && !isWaiting && request(value() >= present ? null : value());
	/** Move by some stored epochs. @param {number} steps */
	const moveBy = (steps) => {
		let epoch = value();
		for (let step = 0; step < Math.abs(steps); step += 1) {
			epoch = nextStored(storedEpochs, epoch, Math.sign(steps)) ?? (steps > 0 ? present : epoch);
		}
		slider.value = String(epoch);
		goTo(epoch);
	};
	slider.addEventListener("focus", requestStoredEpochs); // to know where arrow keys go
	slider.addEventListener("keydown", (event) => {
		const steps = MOVES[event.key];
		if (!steps) return;
		event.preventDefault();
		if (storedEpochsAt === present) return moveBy(steps);
		pendingMoves += steps;
		requestStoredEpochs();
	});
	back.addEventListener("click", () => {
		request(null);
		slider.focus();
	});

	return {
		slider,
		back,
		/** The epoch at which the training is, whatever is shown. */
		present: () => present,
		/** @param {PageState} model @param {number} last epoch of the history */
		update({ server, frame, moments, isWatchOnly, status }, last) {
			const shown = server?.shown_epoch ?? null;
			if (frame) present = shown === null ? frame.epoch : Math.max(present, last, shown);
			if (status !== "open") [isWaiting, nextRequest] = [false, undefined];
			if (moments && moments.epochs !== storedEpochs) {
				[storedEpochs, storedEpochsAt, isWaiting] = [moments.epochs, present, false];
				const next = nextRequest;
				nextRequest = undefined;
				if (next !== undefined) request(next);
				if (pendingMoves) moveBy(pendingMoves);
				pendingMoves = 0;
			}
			slider.hidden = !onLookBack || isWatchOnly || !server || server.playing || present < 1;
			back.hidden = !onLookBack || shown === null || isWatchOnly;
			if (!back.hidden) {
				setText(back, `→ ${formatEpoch(present, i18n)}`);
				back.setAttribute("aria-label", i18n.t("control.present.label", { epoch: formatEpoch(present, i18n) }));
			}
			const epoch = shown ?? present;
			slider.max = String(present);
			if (!isWaiting) slider.value = String(epoch);
			slider.setAttribute(
				"aria-valuetext",
				i18n.t(shown === null ? "readout.atPresent" : "readout.lookingBackAt", { epoch: formatEpoch(epoch, i18n) }),
			);
		},
	};
}
