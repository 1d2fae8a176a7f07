// Requests about tables: have the server read one, or sample points like the present ones. Loaded on first use.
import { previewPath } from "../tables/file.js";
import { Refusal, request } from "../net/rest.js";

const MAX_RETRIES = 6;
const MAX_RETRY_DELAY = 15; // seconds

/** @param {number} seconds */
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** Repeat a request while the server is busy with those of others, as a whole class may send some at once. @template T @param {() => Promise<T>} ask */
async function retryWhenBusy(ask) {
	for (let tried = 1;; tried += 1) {
		try {
			return await ask();
		} catch (problem) {
			if (!(problem instanceof Refusal) || problem.status !== 429 || tried === MAX_RETRIES) throw problem;
			await wait(Math.min(MAX_RETRY_DELAY, problem.after || tried));
		}
	}
}

/**
 * Return what the server has found in a table. Throws a `Refusal`.
 * @param {Blob | string} source @param {TableChoices} chosen @param {string} locale @param {typeof request} [send]
 * @returns {Promise<TablePreview>}
 */
export const readTable = (source, chosen, locale, send = request) =>
	retryWhenBusy(async () => (await send("POST", previewPath(chosen, locale), { body: source, type: "text/csv" })).json());

/**
 * Return further points of each class, sampled from the density of the present ones. Throws a `Refusal`.
 * @param {DensityOrder} order @param {typeof request} [send] @returns {Promise<number[][]>}
 */
export const drawMore = (order, send = request) =>
	retryWhenBusy(async () => (await (await send("POST", "api/own-data/samples", { body: order })).json()).points);
