// The connection to a learner's seat: its state over a websocket for as long as the page is open, over REST where websockets fail.
import { diagnose } from "../../net/diagnosis.js";
import { requestJson } from "../../net/rest.js";
import { Connection, socketUrl } from "../../net/socket.js";

const MAX_HIDDEN_TIME = 30_000; // milliseconds in the background; after more, the connection may have died unnoticed

/** @typedef {import("../../net/rest.js").Refusal} Refusal */

/**
 * Follow the seat: `onSeat` gets every new state, `onGone` is called once when the seat no longer exists.
 * @param {{onSeat: (seat: OwnSeat) => void, onGone: (reason: string) => void, onStatus?: (kind: ConnectionKind, seconds: number) => void}} callbacks
 */
export function listenToSeat({ onSeat, onGone, onStatus }) {
	let isClosed = false;
	const close = () => {
		isClosed = true;
		connection.close();
	};
	const end = (/** @type {string} */ reason) => {
		if (isClosed) return;
		close();
		onGone(reason);
	};

	const fetchSeat = () => requestJson("GET", "api/seat").then((seat) => !isClosed && onSeat(seat));
	const reportStatus = diagnose((kind, seconds) => isClosed || onStatus?.(kind, seconds));

	/** After sleep or lost Wi-Fi, ask for the seat over REST and check the connection. @param {() => void} wake */
	function refreshAfterSleep(wake) {
		let hiddenAt = 0;
		const refresh = () => {
			if (isClosed) return;
			fetchSeat().catch(() => {});
			wake();
		};
		window.addEventListener("online", refresh);
		document.addEventListener("visibilitychange", () => {
			if (document.hidden) hiddenAt = Date.now();
			else if (Date.now() - hiddenAt > MAX_HIDDEN_TIME) refresh();
		});
	}

	const connection = new Connection({
		url: socketUrl("ws/seat"),
		onOpen: () => connection.ready(),
		onFrame: () => {},
		onWake: refreshAfterSleep,
		onMessage(message) {
			if (message.type === "seat") onSeat(message);
			else if (message.type === "gone") end(message.reason);
		},
		onStatus(status, detail) {
			if (onStatus) reportStatus(status, detail);
			// Browsers do not tell why a handshake was refused. Ask over REST whether the seat still exists; so a page whose websockets
			// are blocked gets new states, too.
			if (status === "reconnecting" && detail.attempt > 1) {
				fetchSeat().catch((/** @type {Refusal} */ refusal) => refusal.status === 401 && end("removed"));
			}
		},
	});
	connection.open();
	return { close };
}
