// Requests to the server's REST API.

/** The server refused a request; status 0 and code "offline" if it could not be reached. */
export class Refusal extends Error {
	/** @override */
	name = "Refusal";

	/**
	 * @param {{code: string, status?: number, detail?: string, field?: string, value?: unknown, expected?: string, after?: number, errors?: {pointer?: string | null}[]}} problem
	 *   `after`: seconds to wait before another try
	 */
	constructor({ code, status = 0, detail = "", field = "", value, expected = "", after = 0, errors }) {
		super(detail || code);
		this.code = code;
		this.status = status;
		this.field = field;
		this.value = value;
		this.expected = expected;
		this.after = after;
		/** Where in the body the first invalid value is, as a JSON Pointer; empty if it is not known. */
		this.pointer = errors?.[0]?.pointer ?? "";
	}
}

/**
 * Send a request, and return the response. Throws a Refusal unless it succeeded.
 * @param {string} method
 * @param {string} path relative to the page's base
 * @param {{body?: any, type?: string, key?: string, teacherKey?: string | null, fetch?: typeof fetch, base?: string}} [options] `type`: the body's media type, if it is not JSON; `key`: the room's, `teacherKey`: one for all
 *   rooms; both are sent in headers
 */
export async function request(
	method,
	path,
	{ body, type, key, teacherKey, fetch: fetcher = globalThis.fetch, base = globalThis.document?.baseURI } = {},
) {
	/** @type {Record<string, string>} */
	const headers = {};
	if (key) headers["X-Room-Key"] = key;
	if (teacherKey) headers["X-Teacher-Key"] = teacherKey;
	if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
	let response;
	try {
		response = await fetcher(new URL(path, base), { method, headers, body: type || body === undefined ? body : JSON.stringify(body) });
	} catch {
		throw new Refusal({ code: "offline" });
	}
	if (response.ok) return response;
	const problem = await response.json().catch(() => ({}));
	throw new Refusal({ code: "internal", ...problem, status: response.status, after: Number(response.headers?.get("Retry-After")) || 0 });
}

/**
 * Send a request, and return the JSON of the response, or null if there is none.
 * @param {string} method @param {string} path @param {Parameters<typeof request>[2]} [options] @returns {Promise<any>}
 */
export async function requestJson(method, path, options) {
	const response = await request(method, path, options);
	return response.status === 204 ? null : response.json();
}
