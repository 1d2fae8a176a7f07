// Has the server read tables, and draw points like those that are there. Loaded on first use.
import { previewPath } from "../tables/file.js";
import { Refusal, request } from "../net/rest.js";

const MAX_RETRIES = 6;
const MAX_RETRY_DELAY = 15; // seconds

/** @param {number} seconds */
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** Ask again as long as the server says that others are first: a whole class may ask at the same time. @template T @param {() => Promise<T>} ask */
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
 * Return what is in a table.
 * @param {Blob | string} source @param {TableChoices} chosen @param {string} locale @param {typeof request} [send]
 * @returns {Promise<TablePreview>}
 */
export const readTable = (source, chosen, locale, send = request) =>
	retryWhenBusy(async () => (await send("POST", previewPath(chosen, locale), { body: source, type: "text/csv" })).json());

/**
 * Return further points of each class, drawn from the density of those that are there.
 * @param {DensityOrder} order @param {typeof request} [send] @returns {Promise<number[][]>}
 */
export const drawMore = (order, send = request) =>
	retryWhenBusy(async () => (await (await send("POST", "api/own-data/samples", { body: order })).json()).points);
