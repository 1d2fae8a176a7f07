// The connection to the server. It reconnects by itself, and sends afterwards what was asked for meanwhile.
import { CLOSE, isPacked as isPackedFrame, unpack as unpackFrame } from "./protocol.js";

const SHORTEST = 300; // milliseconds before the first new attempt
const LONGEST = 10_000;
const GROWTH = 1.6;
const WHEN_FULL = 5000; // a full server is asked seldom
const PATIENCE = 10_000; // for a connection that neither opens nor fails
const SILENCE = 6000; // a server that leaves a request without any answer for this long is gone
const MOST_WAITING = 200;

/** What concerns only the moment: worthless once the moment is over. */
const PASSING = new Set(["ack", "probe", "watch", "visible"]);

/** The URL of a websocket of the server. */
export const socketUrl = (path = "ws") =>
  Object.assign(new URL(path, document.baseURI), { protocol: location.protocol === "https:" ? "wss:" : "ws:" }).href;

/** @param {ConnectionOptions} options */
export function createConnection(options) {
  const { url, onOpen, onMessage, onFrame, onStatus } = options;
  const { isPacked = isPackedFrame, unpack = unpackFrame } = options;
  const { WebSocketClass = globalThis.WebSocket, timers = globalThis, random = Math.random, onWake = wakeOfBrowser } = options;

  /** @type {any} */
  let socket = null;
  let isReady = false; // the server knows which session this is
  let wanted = false; // open() was called, close() was not
  let attempt = 0;
  /** @type {ConnectionStatus} */
  let status = "connecting";
  /** @type {any} */
  let timer = null; // the next attempt, or the end of patience with this one
  /** @type {any} */
  let silence = null;
  /** @type {Message[]} */
  let waiting = []; // asked for while offline
  /** @type {Message[]} */
  let unanswered = []; // sent, and nothing at all was heard since: perhaps into a dead line
  /** @type {Promise<any> | null} */
  let queue = null; // a frame that is being unpacked, and all that came after it

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
    mine.onmessage = (/** @type {{data: any}} */ { data }) => {
      unanswered = [];
      timers.clearTimeout(silence);
      silence = null;
      if (queue || isPacked(data)) enqueue(mine, data);
      else hear(data);
    };
    mine.onclose = (/** @type {{code: number}} */ { code }) => (queue ? queue.then(() => lose(mine, code)) : lose(mine, code));
    mine.onerror = null; // a close follows
  }

  const hear = (/** @type {any} */ data) => (typeof data === "string" ? onMessage(JSON.parse(data)) : onFrame(data));

  /** Hear it once all that came before was heard. @param {any} mine @param {any} data */
  function enqueue(mine, data) {
    const ready = isPacked(data) ? unpack(data).catch(() => lose(mine, 0)) : data;
    /** @type {Promise<unknown>} */
    const own = (queue = Promise.all([ready, queue])
      .then(([plain]) => mine === socket && hear(plain))
      .catch(console.error)
      .then(() => own === queue && (queue = null)));
  }

  /** Forget a socket without waiting for its goodbye. @param {any} gone */
  function drop(gone) {
    gone.onopen = gone.onmessage = gone.onclose = null;
    gone.close();
    timers.clearTimeout(timer);
    timers.clearTimeout(silence);
    silence = null;
    socket = queue = null;
    isReady = false;
    waiting = [...unanswered, ...waiting].slice(-MOST_WAITING);
    unanswered = [];
  }

  /** @param {any} gone @param {number} code why it closed; 0 when it never answered */
  function lose(gone, code) {
    if (gone !== socket) return;
    drop(gone);
    const full = code === CLOSE.full;
    if (code === CLOSE.restart) attempt = 0;
    const usual = full ? WHEN_FULL : SHORTEST * GROWTH ** attempt;
    // All pages of a class lose a server in the same moment; they should not all come back in one.
    const delay = Math.min(LONGEST, Math.max(SHORTEST, usual * (0.7 + 0.6 * random())));
    attempt += 1;
    timer = timers.setTimeout(connect, delay);
    tell(full ? "full" : "reconnecting", Math.ceil(delay / 1000));
  }

  /** From now on something must be heard of the server; otherwise the line is dead, and another one is tried. */
  function expectAnswer() {
    const mine = socket;
    silence ??= timers.setTimeout(() => {
      if (mine !== socket) return;
      drop(mine);
      tell("connecting");
      connect();
    }, SILENCE);
  }

  /** The network or the visitor is back. */
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
  function keep(message) {
    const last = waiting[waiting.length - 1];
    if (message.type === "configure" && last?.type === "configure" && canMerge(message)) {
      const [before, after] = [last, message].map(({ changes }) => /** @type {object} */ (changes));
      waiting[waiting.length - 1] = { ...message, changes: { ...before, ...after } };
      return;
    }
    waiting.push(message);
    if (waiting.length > MOST_WAITING) waiting.shift();
  }

  /** @param {Message} message */
  function send(message) {
    if (message.type === "open") {
      waiting = [];
      unanswered = [];
      sendNow(message);
    } else if (PASSING.has(message.type)) {
      if (isReady) sendNow(message);
    } else if (isReady && socket.readyState === 1) {
      unanswered.push(message);
      expectAnswer();
      sendNow(message);
    } else {
      keep(message);
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

    /** The server has said welcome: send what was asked for meanwhile. */
    ready() {
      isReady = true;
      attempt = 0;
      tell("open");
      const kept = waiting;
      waiting = [];
      kept.forEach(send);
    },

    /** Send without waiting for `ready()`, as the first message needs it. Lost while offline. */
    sendNow,

    /**
     * Send now, or when the connection is back. What concerns only the moment is lost while offline; another
     * `open` makes all that waits pointless.
     */
    send,

    /** @returns {ConnectionStatus} */
    status: () => status,
  };
}

/** Another problem type takes defaults with it, so its changes stay on their own. @param {Message} message */
const canMerge = (message) => !Object.hasOwn(/** @type {object} */ (message.changes), "problem");

/** @param {() => void} wake */
function wakeOfBrowser(wake) {
  globalThis.addEventListener?.("online", wake);
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
}
