// A learner's seat: follows it over a websocket for as long as the page is open.
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
	let over = false;
	const close = () => {
		over = true;
		connection.close();
	};
	const gone = (/** @type {string} */ reason) => {
		if (over) return;
		close();
		onGone(reason);
	};

	const ask = () => requestJson("GET", "api/seat").then((seat) => !over && onSeat(seat));
	const tell = diagnose((kind, seconds) => over || onStatus?.(kind, seconds));

	/** After sleep or lost Wi-Fi, ask for the seat over REST and check the connection. @param {() => void} wake */
	function lookAfterSleep(wake) {
		let hiddenAt = 0;
		const look = () => {
			if (over) return;
			ask().catch(() => {});
			wake();
		};
		window.addEventListener("online", look);
		document.addEventListener("visibilitychange", () => {
			if (document.hidden) hiddenAt = Date.now();
			else if (Date.now() - hiddenAt > MAX_HIDDEN_TIME) look();
		});
	}

	const connection = new Connection({
		url: socketUrl("ws/seat"),
		onOpen: () => connection.ready(),
		onFrame: () => {},
		onWake: lookAfterSleep,
		onMessage(said) {
			if (said.type === "seat") onSeat(said);
			else if (said.type === "gone") gone(said.reason);
		},
		onStatus(status, detail) {
			if (onStatus) tell(status, detail);
			// Browsers do not tell why a handshake was refused. Ask over REST whether the seat still exists; what is new of it
			// comes to a page whose websockets do not get through, too.
			if (status === "reconnecting" && detail.attempt > 1) {
				ask().catch((/** @type {Refusal} */ refusal) => refusal.status === 401 && gone("removed"));
			}
		},
	});
	connection.open();
	return { close };
}
