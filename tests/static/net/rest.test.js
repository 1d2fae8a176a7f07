import assert from "node:assert/strict";
import test from "node:test";
import { Refusal, request } from "../../../static/js/net/rest.js";

test("the key goes into a header, and refusals keep their code", async () => {
	const asked = [];
	const answer = (/** @type {number} */ status, /** @type {any} */ body) => async (/** @type {any} */ url, /** @type {any} */ options) => {
		asked.push({ url: String(url), ...options });
		return new Response(JSON.stringify(body), { status });
	};
	const base = "http://host/under/";
	await request("PATCH", "api/rooms/x", { key: "secret", body: { paused: true }, fetch: answer(200, {}), base });
	assert.equal(asked[0].url, "http://host/under/api/rooms/x");
	assert.equal(asked[0].headers["X-Room-Key"], "secret");
	assert.equal(asked[0].body, '{"paused":true}');
	await assert.rejects(
		request("GET", "x", { fetch: answer(404, { code: "no_such_room", detail: "gone" }), base }),
		(error) => error instanceof Refusal && error.code === "no_such_room" && error.status === 404,
	);
	await assert.rejects(
		request("GET", "x", {
			fetch: async () => {
				throw new TypeError("down");
			},
			base,
		}),
		{ code: "offline" },
	);
});
