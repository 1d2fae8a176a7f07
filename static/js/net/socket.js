// The connection to the server. It reconnects by itself, and sends afterwards what was asked for meanwhile.
import { CLOSE, isPacked as isPackedFrame, unpack as unpackFrame } from "./protocol.js";

const SHORTEST = 300; // milliseconds before the first new attempt
const LONGEST = 10_000;
const GROWTH = 1.6;
const WHEN_FULL = 5000; // before asking a full server again
const PATIENCE = 10_000; // with an attempt that neither opens nor fails
const SILENCE = 6000; // without any answer to a message, before the connection counts as lost
const MOST_WAITING = 200;

/** Messages that are of no use later, and are dropped while offline. */
const PASSING = new Set(["ack", "probe", "watch", "visible"]);

/** The URL of a websocket of the server. */
export const socketUrl = (path = "ws") =>
	Object.assign(new URL(path, document.baseURI), { protocol: location.protocol === "https:" ? "wss:" : "ws:" }).href;

/** @template Received @param {ConnectionOptions<Received>} options */
export function createConnection(options) {
	const { url, onOpen, onMessage, onFrame, onStatus } = options;
	const { isPacked = isPackedFrame, unpack = unpackFrame } = options;
	const { WebSocketClass = globalThis.WebSocket, timers = globalThis, random = Math.random, onWake = wakeOfBrowser } = options;

	/** @type {Socket | null} */
	let socket = null;
	let isReady = false; // the server knows which session this is
	let wanted = false; // open() was called, close() was not
	let attempt = 0;
	/** @type {ConnectionStatus} */
	let status = "connecting";
	/** @type {number | undefined} */
	let timer; // of the next attempt, or of giving up this one
	/** @type {number | undefined} */
	let silence;
	const outbox = createOutbox();
	/** @type {Promise<unknown> | null} */
	let queue = null; // while a frame is decompressed: it, and all data after it

	function tell(/** @type {ConnectionStatus} */ next, seconds = 0) {
		status = next;
		onStatus(next, { attempt, seconds });
	}

	function connect() {
		timers.clearTimeout(timer);
		const mine = (socket = new WebSocketClass(url));
		mine.binaryType = "arraybuffer";
		timer = timers.setTimeout(() => lose(mine, 0), PATIENCE);
		mine.onopen = () => {
			timers.clearTimeout(timer);
			onOpen();
		};
		mine.onmessage = ({ data }) => {
			outbox.answered();
			timers.clearTimeout(silence);
			silence = undefined;
			if (queue || isPacked(data)) enqueue(mine, data);
			else hear(data);
		};
		mine.onclose = ({ code }) => (queue ? queue.then(() => lose(mine, code)) : lose(mine, code));
		mine.onerror = null; // a close follows
	}

	const hear = (/** @type {string | ArrayBuffer} */ data) => (typeof data === "string" ? onMessage(JSON.parse(data)) : onFrame(data));

	/** Handle data after all data before it. @param {Socket} mine @param {ArrayBuffer} data */
	function enqueue(mine, data) {
		const ready = isPacked(data) ? unpack(data).catch(() => lose(mine, 0)) : data;
		/** @type {Promise<unknown>} */
		const own = (queue = Promise.all([ready, queue])
			.then(([plain]) => plain && mine === socket && hear(plain))
			.catch(console.error)
			.then(() => own === queue && (queue = null)));
	}

	/** Drop a socket without waiting for its close event. @param {Socket} gone */
	function drop(gone) {
		gone.onopen = gone.onmessage = gone.onclose = null;
		gone.close();
		timers.clearTimeout(timer);
		timers.clearTimeout(silence);
		silence = undefined;
		socket = queue = null;
		isReady = false;
		outbox.lost();
	}

	/** @param {Socket} gone @param {number} code why it closed; 0 when it never answered */
	function lose(gone, code) {
		if (gone !== socket) return;
		drop(gone);
		const full = code === CLOSE.full;
		if (code === CLOSE.restart) attempt = 0;
		const usual = full ? WHEN_FULL : SHORTEST * GROWTH ** attempt;
		// All pages of a class lose the server at the same time, and should not all return at the same time.
		const delay = Math.min(LONGEST, Math.max(SHORTEST, usual * (0.7 + 0.6 * random())));
		attempt += 1;
		timer = timers.setTimeout(connect, delay);
		tell(full ? "full" : "reconnecting", Math.ceil(delay / 1000));
	}

	/** Reconnect unless the server is heard within SILENCE. */
	function expectAnswer() {
		const mine = socket;
		silence ??= timers.setTimeout(() => {
			if (!mine || mine !== socket) return;
			drop(mine);
			tell("connecting");
			connect();
		}, SILENCE);
	}

	/** Try at once: the network or the visitor is back. */
	function wake() {
		if (!wanted) return;
		if (isReady) expectAnswer();
		else if (!socket && status !== "full") connect();
	}
	onWake(wake);

	function sendNow(/** @type {Message} */ message) {
		if (socket?.readyState === 1) socket.send(JSON.stringify(message));
	}

	/** @param {Message} message */
	function send(message) {
		if (message.type === "open") {
			outbox.clear();
			sendNow(message);
		} else if (PASSING.has(message.type)) {
			if (isReady) sendNow(message);
		} else if (isReady && socket?.readyState === 1) {
			outbox.sent(message);
			expectAnswer();
			sendNow(message);
		} else {
			outbox.keep(message);
		}
	}

	return {
		/** Connect, and stay connected. */
		open() {
			if (wanted) return;
			wanted = true;
			tell("connecting");
			connect();
		},

		/** End the connection for good. */
		close() {
			wanted = false;
			timers.clearTimeout(timer);
			if (socket) drop(socket);
		},

		/** The server has said welcome: send all that waits. */
		ready() {
			isReady = true;
			attempt = 0;
			tell("open");
			outbox.take().forEach(send);
		},

		/** Send without waiting for `ready()`, as for the first message. Does nothing while offline. */
		sendNow,

		/**
		 * Send now, or when the connection is back; see PASSING. Another `open` replaces all that waits.
		 */
		send,

		/** @returns {ConnectionStatus} */
		status: () => status,
	};
}

/** Messages for when the connection is back: those that wait, and those that were sent and perhaps lost. */
function createOutbox() {
	/** @type {Message[]} */
	let waiting = [];
	/** @type {Message[]} */
	let unanswered = []; // sent since the server was last heard
	return {
		/** @param {Message} message */
		keep(message) {
			const last = waiting[waiting.length - 1];
			if (message.type === "configure" && last?.type === "configure" && canMerge(message)) {
				const [before, after] = [last, message].map(({ changes }) => /** @type {object} */ (changes));
				waiting[waiting.length - 1] = { ...message, changes: { ...before, ...after } };
				return;
			}
			waiting.push(message);
			if (waiting.length > MOST_WAITING) waiting.shift();
		},
		sent: (/** @type {Message} */ message) => unanswered.push(message),
		answered() {
			unanswered = [];
		},
		lost() {
			waiting = [...unanswered, ...waiting].slice(-MOST_WAITING);
			unanswered = [];
		},
		clear() {
			waiting = [];
			unanswered = [];
		},
		/** Remove and return all that waits. */
		take() {
			const kept = waiting;
			waiting = [];
			return kept;
		},
	};
}

/** Whether changes can be merged: another problem type sets other settings to defaults. @param {Message} message */
const canMerge = (message) => !Object.hasOwn(/** @type {object} */ (message.changes), "problem");

/** @param {() => void} wake */
function wakeOfBrowser(wake) {
	globalThis.addEventListener?.("online", wake);
	globalThis.document?.addEventListener("visibilitychange", () => {
		if (!document.hidden) wake();
	});
}
