// The time controls: play and pause, steps, reset, new weights, and the epoch counter.
import { epoch as formatEpoch } from "../ui/format.js";
import { trainCount } from "../settings/images.js";
import { one, setText } from "../ui/dom.js";

/** Mini-batches in an epoch. @param {ServerState | null} server @param {PageState["points"]} points */
const batches = (server, points) => Math.ceil((server ? trainCount(server.config, points) ?? 0 : 0) / (server?.config.batch_size ?? 1));

/** Join the buttons to the actions, and show the epoch. @param {HTMLElement} element @param {{i18n: I18n, actions: Record<string, Function>}} options an action for each button's `data-action` */
export function createTransport(element, { i18n, actions }) {
	for (const button of element.querySelectorAll("[data-action]")) {
		const act = actions[/** @type {HTMLElement} */ (button).dataset.action ?? ""];
		button.addEventListener("click", () => act());
	}
	const play = one(".play", element);
	const counter = one(".counter", element);
	const more = one(".counter-batch", element);
	const hint = one(".first-hint", element);
	const label = one(".epoch .label", element);

	return {
		/** @param {PageState} model */
		update({ server, frame, points, showsPlayHint, isWatchOnly, stopAt }) {
			const playing = Boolean(server?.playing);
			if (play.getAttribute("aria-pressed") !== String(playing)) {
				play.setAttribute("aria-pressed", String(playing)); // its name stays: "Play", pressed or not
				play.dataset.help = `control.${playing ? "pause" : "play"}.help`;
			}
			const epoch = frame?.epoch ?? 0;
			setText(counter, formatEpoch(epoch, i18n));
			const stops = stopAt !== null && stopAt > epoch;
			const past = (server?.shown_epoch ?? null) !== null;
			counter.classList.toggle("past", past);
			if (past) setText(label, i18n.t("readout.lookingBack"));
			else setText(label, stops ? i18n.t("readout.epochUntil", { epoch: formatEpoch(stopAt, i18n) }) : i18n.t("readout.epoch"));
			counter.dataset.batch = String(frame?.batch ?? 0);
			more.hidden = !frame?.batch || playing;
			if (frame && !more.hidden) setText(more, i18n.t("readout.ofEpoch", { batch: frame.batch, count: batches(server, points) }));
			hint.hidden = !showsPlayHint || isWatchOnly || Boolean(frame?.epoch || frame?.batch);
		},
	};
}
