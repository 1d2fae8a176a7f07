// The teacher's requests. Each carries the room's key in a header, never in an address.

/** The server refused, or was not there. */
export class Refusal extends Error {
  name = "Refusal";
  /** @param {{code: string, status?: number, detail?: string, field?: string}} problem */
  constructor({ code, status = 0, detail = "", field = "" }) {
    super(detail || code);
    this.code = code;
    this.status = status;
    this.field = field;
  }
}

/**
 * @param {string} path below the page's base @param {{method?: string, body?: unknown, key?: string, fetch?: typeof fetch, base?: string}} [options]
 * @returns {Promise<Response>}
 */
export async function ask(
  path,
  { method = "GET", body, key, fetch: fetcher = globalThis.fetch, base = globalThis.document?.baseURI } = {},
) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (key) headers["X-Room-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetcher(new URL(path, base), { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refusal({ code: "offline" });
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refusal({ code: "internal", ...problem, status: response.status });
}

const json = async (/** @type {Promise<Response>} */ asked) => {
  const response = await asked;
  return response.status === 204 ? null : response.json();
};

/** @param {Record<string, unknown>} wanted */
export const createRoom = (wanted) => json(ask("api/rooms", { method: "POST", body: wanted }));

/** @typedef {ReturnType<typeof createRoomApi>} RoomApi */

/** @param {{id: string, key: string}} room */
export function createRoomApi({ id, key }) {
  const at = (/** @type {string} */ rest) => `api/rooms/${encodeURIComponent(id)}${rest}`;
  const send = (/** @type {string} */ method, /** @type {string} */ rest, /** @type {unknown} */ body = undefined) =>
    json(ask(at(rest), { method, body, key }));
  const seat = (/** @type {string} */ name) => `/seats/${encodeURIComponent(name)}`;
  return {
    state: () => send("GET", ""),
    change: (/** @type {Record<string, unknown>} */ changes) => send("PATCH", "", changes),
    end: () => send("DELETE", ""),
    newCode: () => send("POST", "/code"),
    start: (/** @type {Record<string, unknown>} */ start) => send("POST", "/start", start),
    /** @param {"pause" | "resume" | "play" | "reset"} action @param {string[]} [seats] left out: all of them */
    order: (action, seats) => send("POST", "/do", seats ? { action, seats } : { action }),
    hint: (/** @type {string} */ text, /** @type {string[] | undefined} */ seats = undefined) =>
      send("POST", "/hint", seats ? { text, seats } : { text }),
    setTask: (/** @type {unknown} */ task) => send("PUT", "/task", task),
    readyTasks: (/** @type {string} */ lang) => json(ask(`api/rooms/tasks?lang=${encodeURIComponent(lang)}`, { key })),
    changeSeat: (/** @type {string} */ name, /** @type {Record<string, unknown>} */ changes) => send("POST", seat(name), changes),
    removeSeat: (/** @type {string} */ name) => send("DELETE", seat(name)),
    configure: (/** @type {string} */ name, /** @type {Record<string, unknown>} */ changes) =>
      send("PATCH", `${seat(name)}/config`, { changes }),
    summary: () => send("GET", "/summary"),
    /** Return the server's time in milliseconds. */
    serverTime: async () => Date.parse((await ask(at(""), { key })).headers.get("date") ?? "") || Date.now(),
    /** Download a file of the room. @param {string} rest such as "/results?format=csv" */
    file: async (rest) => (await ask(at(rest), { key })).blob(),
  };
}
