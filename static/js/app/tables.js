// Has the server read tables. Loaded on first use.
import { previewPath } from "../tables/file.js";
import { Refusal, request } from "../net/rest.js";

const TRIES = 6;
const LONGEST = 15; // seconds between two tries

/** @param {number} seconds */
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/**
 * Return what is in a table. A whole class may read one at the same time: who has to wait tries again.
 * @param {Blob | string} source @param {TableWishes} wishes @param {string} locale @param {typeof request} [send]
 * @returns {Promise<TablePreview>}
 */
export async function readTable(source, wishes, locale, send = request) {
	for (let tried = 1;; tried += 1) {
		try {
			const answer = await send("POST", previewPath(wishes, locale), { body: source, type: "text/csv" });
			return await answer.json();
		} catch (problem) {
			if (!(problem instanceof Refusal) || problem.status !== 429 || tried === TRIES) throw problem;
			await pause(Math.min(LONGEST, problem.after || tried));
		}
	}
}
