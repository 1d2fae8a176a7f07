// The room's websocket: the room's state as JSON, and the learners' trainings as compressed messages.
import { diagnose } from "../../net/diagnosis.js";
import { onSleep } from "../../net/sleep.js";
import { Connection } from "../../net/socket.js";
import { decodeWall, inflate } from "./learners.js";

const RESOLUTION = 40; // cells on a side of each tile's picture
const HIDDEN_INTERVAL = 2000; // milliseconds until a page in the background asks for the next update

/**
 * Follow a room. `onStatus` gets "open" with the first state after each connection; the reason while there is no connection, which is tried
 * again by itself, in `seconds`; and "gone" once when the room has ended. `answers` asks whether the server answers; `watchSleep` calls its
 * argument when the computer wakes, and returns a function that ends this.
 * @param {{url: string, room: string, key: string, onRoom: (room: Room) => void, onLearners: (updates: WallUpdate[]) => void,
 *   onStatus: (status: ConnectionKind | "gone", seconds?: number) => void, answers?: () => Promise<boolean>, WebSocketClass?: new (url: string) => Socket, timers?: Timers, watchSleep?: (wake: () => void) => () => void}} options
 */
export function createRoomSocket(
	{ url, room, key, onRoom, onLearners, onStatus, answers, WebSocketClass, timers = globalThis, watchSleep = onSleep },
) {
	let isClosed = false;
	const connection = new Connection({
		url,
		WebSocketClass,
		timers,
		onWake: () => {}, // a wall where nothing happens is silent, which is no sign of a dead connection
		isPacked: (data) => data instanceof ArrayBuffer,
		unpack: inflate,
		onOpen: () => connection.sendNow({ type: "open", room, key, resolution: RESOLUTION, acks: true }),
		onMessage(message) {
			if (message.type === "room") {
				connection.ready();
				onRoom(message);
			} else if (message.type === "gone") {
				close();
				onStatus("gone");
			}
		},
		onFrame(update) {
			onLearners(decodeWall(update));
			// The server sends the next update when this one is acknowledged. A page in the background paints nothing and can wait.
			timers.setTimeout(() => connection.send({ type: "ack" }), globalThis.document?.hidden ? HIDDEN_INTERVAL : 0);
		},
		onStatus: diagnose((kind, seconds) => isClosed || onStatus(kind, seconds), answers),
	});
	const stopWatchingSleep = watchSleep(() => connection.renew());
	function close() {
		isClosed = true;
		stopWatchingSleep();
		connection.close();
	}
	connection.open();
	return { close };
}
