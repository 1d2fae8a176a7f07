// The REST requests of lessons. Each throws a `Refusal` if the server refuses or is not reached.
import { requestJson } from "../net/rest.js";

/** @typedef {import("./types.d.ts").Lesson} Lesson */

const RUN_WAIT = 10; // seconds that one request waits for runs to end

/** Return a lesson in a language. @param {string} name @param {string} language @returns {Promise<Lesson>} */
export const fetchLesson = (name, language) => requestJson("GET", `api/lessons/${encodeURIComponent(name)}?language=${language}`);

/** Start the fresh runs of a check, and wait until they have ended. @param {string | null} session @param {number} check from 1 */
export async function runFreshRuns(session, check) {
	const job = await requestJson("POST", `api/sessions/${session}/lesson/runs`, { body: { check } });
	let { state } = job;
	while (state === "running") ({ state } = await requestJson("GET", `api/runs/${job.id}?wait=${RUN_WAIT}`));
}
