// Sends the points that a person draws, a few times a second, and pauses training while too few are left. Loaded on first use.
import { message } from "../net/protocol.js";
import { CUSTOM, MIN_POINTS } from "../settings/limits.js";
import { playUntil } from "./stop-epoch.js";

const SEND_INTERVAL = 200; // milliseconds between two messages while points are being drawn

/**
 * Return functions that send drawn points. While too few are left, training pauses.
 * @param {ActionTools} tools @param {() => Requested | null} present @param {RequestChange} requestChange @param {Configure} configure
 */
export function createDrawnPoints({ store }, present, requestChange, configure) {
	let timer = 0;
	let isPaused = false; // whether training pauses until there are enough points

	/** Whether the page shows fewer points than can be trained on; the server still has the erased ones. */
	const hasTooFew = () => {
		const { drawn, server } = store.get();
		return Boolean(drawn && drawn.length < MIN_POINTS && server?.config.dataset === CUSTOM);
	};

	function send() {
		timer = 0;
		const { drawn, server } = store.get();
		if (hasTooFew()) {
			if (present()?.playing) {
				isPaused = true;
				requestChange({ playing: false }, message.pause());
			}
		} else if (drawn && server?.config.dataset === CUSTOM) {
			configure({ points: drawn });
			if (isPaused) requestChange({ playing: true }, playUntil(store.get()));
			isPaused = false;
		}
	}

	function forget() {
		clearTimeout(timer);
		timer = 0;
		isPaused = false;
		store.set({ drawn: null });
	}

	store.subscribe(({ server, drawn }, before) => {
		if (!drawn || timer || server === before.server) return;
		const { dataset, points } = server?.config ?? {};
		if (dataset !== CUSTOM || JSON.stringify(points) === JSON.stringify(drawn)) forget(); // the server has these points, or has other data
	});

	return {
		send,
		forget,
		hasTooFew,
		/** Send the drawn points soon. */
		draw() {
			timer ||= setTimeout(send, SEND_INTERVAL);
		},
	};
}
