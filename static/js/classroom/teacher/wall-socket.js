// The room's websocket: the room's state as JSON, the learners' trainings as compressed messages. It reconnects by itself.
import { decodeWall, inflate } from "./learners.js";

const RESOLUTION = 40; // of each tile's picture
const SHORTEST = 500; // milliseconds before the first new attempt
const LONGEST = 8000;
const WHEN_HIDDEN = 2000; // milliseconds until a hidden page takes the next update
const GONE = 4404;

/**
 * @param {{url: string, room: string, key: string, onRoom: (room: Room) => void, onLearners: (updates: WallUpdate[]) => void,
 *   onStatus: (status: "open" | "lost" | "gone") => void, WebSocketClass?: any, timers?: any}} options
 */
export function createWallSocket(
  { url, room, key, onRoom, onLearners, onStatus, WebSocketClass = globalThis.WebSocket, timers = globalThis },
) {
  /** @type {any} */
  let socket = null;
  let attempt = 0;
  let ended = false;
  /** @type {Promise<void>} */
  let queue = Promise.resolve(); // updates are read one after another, however long each takes to unpack

  function connect() {
    const mine = (socket = new WebSocketClass(url));
    mine.binaryType = "arraybuffer";
    mine.onopen = () => mine.send(JSON.stringify({ type: "open", room, key, resolution: RESOLUTION, acks: true }));
    mine.onmessage = (/** @type {{data: any}} */ { data }) => {
      if (mine !== socket) return;
      if (typeof data === "string") hear(JSON.parse(data));
      else queue = queue.then(() => read(mine, data)).catch(console.error);
    };
    mine.onclose = (/** @type {{code: number}} */ { code }) => {
      if (mine !== socket || ended) return;
      if (code === GONE) return finish();
      onStatus("lost");
      const delay = Math.min(LONGEST, SHORTEST * 1.6 ** attempt) * (0.8 + 0.4 * Math.random());
      attempt += 1;
      timers.setTimeout(() => !ended && connect(), delay);
    };
  }

  /** @param {any} mine @param {ArrayBuffer} data */
  async function read(mine, data) {
    const updates = decodeWall(await inflate(data));
    if (mine !== socket) return;
    onLearners(updates);
    // A hidden page paints nothing, and needs no more than it can take in.
    timers.setTimeout(() => mine.readyState === 1 && mine.send('{"type":"ack"}'), globalThis.document?.hidden ? WHEN_HIDDEN : 0);
  }

  function finish() {
    ended = true;
    onStatus("gone");
  }

  function hear(/** @type {any} */ said) {
    if (said.type === "gone") finish();
    if (said.type !== "room") return;
    attempt = 0;
    onStatus("open");
    onRoom(said);
  }

  connect();
  return {
    close() {
      ended = true;
      socket.close();
    },
  };
}
