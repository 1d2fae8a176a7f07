// A websocket connection that reconnects by itself, and then sends the messages that waited.
import { createInbox } from "./inbox.js";
import { createOutbox } from "./outbox.js";
import { CLOSE, isPacked, unpack } from "./protocol.js";

const MIN_RETRY_DELAY = 300; // milliseconds, as all that follow
const MAX_RETRY_DELAY = 10_000;
const RETRY_GROWTH = 1.6;
const FULL_RETRY_DELAY = 5000; // of a server that is full
const CONNECT_TIMEOUT = 10_000; // of an attempt that neither opens nor fails
const ANSWER_TIMEOUT = 6000; // after a message; then the connection counts as lost

/** Types of messages that are of no use later, and are dropped while offline. */
const UNQUEUED_TYPES = new Set(["ack", "probe", "watch", "visible"]);

/** The URL of a websocket of the server. */
export const socketUrl = (path = "ws") =>
	Object.assign(new URL(path, document.baseURI), { protocol: location.protocol === "https:" ? "wss:" : "ws:" }).href;

/** A connection; it connects after `open`, and reconnects until `close`. @template Received */
export class Connection {
	/** @type {Required<ConnectionOptions<Received>>} */
	#options;
	/** @type {Socket | null} */
	#socket = null;
	#hasReceived = false; // whether any data has ever come
	#isReady = false; // whether the server has accepted the session
	#isOpen = false; // whether open() was called, and close() was not
	#attempt = 0;
	/** @type {ConnectionStatus} */
	#status = "connecting";
	/** @type {number | undefined} */
	#connectTimer; // of the next attempt, or of giving up this one
	/** @type {number | undefined} */
	#answerTimer; // until the connection counts as lost
	#outbox = createOutbox();

	/** @param {ConnectionOptions<Received>} options */
	constructor(options) {
		const { WebSocketClass = globalThis.WebSocket, timers = globalThis, random = Math.random, onWake = watchBrowserWake } = options;
		this.#options = { isPacked, unpack, ...options, WebSocketClass, timers, random, onWake };
		this.#options.onWake(() => this.#onWakeUp());
	}

	/** Connect, and stay connected. */
	open() {
		if (this.#isOpen) return;
		this.#isOpen = true;
		this.#reportStatus("connecting");
		this.#connect();
	}

	/** End the connection for good. */
	close() {
		this.#isOpen = false;
		this.#options.timers.clearTimeout(this.#connectTimer);
		if (this.#socket) this.#dropSocket(this.#socket);
	}

	/** Reconnect at once, as the connection may have died unnoticed. */
	renew() {
		if (!this.#isOpen) return;
		this.#options.timers.clearTimeout(this.#connectTimer);
		if (this.#socket) this.#dropSocket(this.#socket);
		this.#reportStatus("connecting");
		this.#connect();
	}

	/** Call this when the server has accepted the session: sends all waiting messages. */
	ready() {
		this.#isReady = true;
		this.#attempt = 0;
		this.#reportStatus("open");
		for (const message of this.#outbox.drain()) this.send(message);
	}

	status() {
		return this.#status;
	}

	/** Send without waiting for `ready()`, as for the first message. Does nothing while offline. @param {Message} message */
	sendNow(message) {
		if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
	}

	/** Send now, or when the connection is back; see UNQUEUED_TYPES. Another `open` replaces all that waits. @param {Message} message */
	send(message) {
		if (message.type === "open") {
			this.#outbox.clear();
			this.sendNow(message);
		} else if (UNQUEUED_TYPES.has(message.type)) {
			if (this.#isReady) this.sendNow(message);
		} else if (this.#isReady && this.#socket?.readyState === 1) {
			this.#outbox.addUnanswered(message);
			this.#expectAnswer();
			this.sendNow(message);
		} else {
			this.#outbox.enqueue(message);
		}
	}

	#reportStatus(/** @type {ConnectionStatus} */ next, seconds = 0) {
		this.#status = next;
		this.#options.onStatus(next, { attempt: this.#attempt, seconds, reached: this.#hasReceived });
	}

	#connect() {
		const { url, timers, WebSocketClass, onOpen } = this.#options;
		timers.clearTimeout(this.#connectTimer);
		const socket = (this.#socket = new WebSocketClass(url));
		socket.binaryType = "arraybuffer";
		const closed = (code = 0) => this.#onClose(socket, code);
		const inbox = createInbox({
			...this.#options,
			onData: (data) => socket === this.#socket && this.#receive(data),
			onBroken: () => closed(),
		});
		this.#connectTimer = timers.setTimeout(() => closed(), CONNECT_TIMEOUT);
		socket.onopen = () => {
			timers.clearTimeout(this.#connectTimer);
			onOpen();
		};
		socket.onmessage = ({ data }) => {
			this.#hasReceived = true;
			this.#outbox.clearUnanswered();
			this.#clearAnswerTimer();
			inbox.receive(data);
		};
		socket.onclose = ({ code }) => inbox.afterQueue(() => closed(code));
		socket.onerror = null; // a close follows
	}

	#receive(/** @type {string | ArrayBuffer} */ data) {
		if (typeof data === "string") this.#options.onMessage(JSON.parse(data));
		else this.#options.onFrame(data);
	}

	#clearAnswerTimer() {
		this.#options.timers.clearTimeout(this.#answerTimer);
		this.#answerTimer = undefined;
	}

	/** Drop a socket without waiting for its close event. @param {Socket} socket */
	#dropSocket(socket) {
		socket.onopen = socket.onmessage = socket.onclose = null;
		socket.close();
		this.#options.timers.clearTimeout(this.#connectTimer);
		this.#clearAnswerTimer();
		this.#socket = null;
		this.#isReady = false;
		this.#outbox.requeueUnanswered();
	}

	/** @param {Socket} socket @param {number} code why it closed; 0 when it never answered */
	#onClose(socket, code) {
		if (socket !== this.#socket) return;
		this.#dropSocket(socket);
		const { timers, random } = this.#options;
		const full = code === CLOSE.full;
		if (code === CLOSE.restart) this.#attempt = 0;
		const baseDelay = full ? FULL_RETRY_DELAY : MIN_RETRY_DELAY * RETRY_GROWTH ** this.#attempt;
		// All pages of a class lose the server at the same time, and should not all return at the same time.
		const delay = Math.min(MAX_RETRY_DELAY, Math.max(MIN_RETRY_DELAY, baseDelay * (0.7 + 0.6 * random())));
		this.#attempt += 1;
		this.#connectTimer = timers.setTimeout(() => this.#connect(), delay);
		this.#reportStatus(full ? "full" : "reconnecting", Math.ceil(delay / 1000));
	}

	/** Reconnect unless data comes within ANSWER_TIMEOUT. */
	#expectAnswer() {
		const socket = this.#socket;
		this.#answerTimer ??= this.#options.timers.setTimeout(() => {
			if (!socket || socket !== this.#socket) return;
			this.#dropSocket(socket);
			this.#reportStatus("connecting");
			this.#connect();
		}, ANSWER_TIMEOUT);
	}

	/** Connect at once, or check the connection, as the network or the visitor is back. */
	#onWakeUp() {
		if (!this.#isOpen) return;
		if (this.#isReady) this.#expectAnswer();
		else if (!this.#socket && this.#status !== "full") this.#connect();
	}
}

/** @param {() => void} wake */
function watchBrowserWake(wake) {
	globalThis.addEventListener?.("online", wake);
	globalThis.document?.addEventListener("visibilitychange", () => {
		if (!document.hidden) wake();
	});
}
