// Points that are too many for a link: the server stores them, and the link has their id.
import { Refusal, requestJson } from "../net/rest.js";
import { CUSTOM } from "../settings/limits.js";

/** The most points that stand in a link itself. */
export const MAX_POINTS_IN_LINK = 200;

const DATA_ID = /[#&]data=([\w-]{1,64})/;
const POINT_PARTS = /([#&])(?:points|columns|dataset|regDataset|classDataset|classes)=[^&]*(?=&|$)/g;

/** A link to the same set-up that names the stored points in place of having them. @param {string} href @param {string} id */
export const withData = (href, id) => `${href.replace(POINT_PARTS, (_, sign) => (sign === "#" ? "#" : "")).replace("#&", "#")}&data=${id}`;

const SECONDS_PER_DAY = 86_400;

/** What the server answered for the points of a config. @type {WeakMap<Config, Promise<{id: string, lifetime: number}>>} */
const answersByConfig = new WeakMap();

/** Have the server store the points of a config, once for each config. @param {Config} config @param {typeof requestJson} send */
function storePoints(config, send) {
	const { problem, classes, points, data_columns } = config;
	const answer = answersByConfig.get(config) ??
		send("POST", "api/own-data", { body: { config: { problem, classes, points, data_columns } } });
	answersByConfig.set(config, answer);
	answer.catch(() => answersByConfig.delete(config));
	return answer;
}

/**
 * A link that is short enough to be shared: of many points the server keeps them, for `days` without use.
 * @param {string} href @param {Config | undefined} config @param {typeof requestJson} [send] @returns {Promise<ShortLink>}
 */
export async function shorten(href, config, send = requestJson) {
	if (config?.dataset !== CUSTOM || config.points.length <= MAX_POINTS_IN_LINK) return { href, days: null };
	const { id, lifetime } = await storePoints(config, send);
	return { href: withData(href, id), days: Math.max(1, Math.floor(lifetime / SECONDS_PER_DAY)) };
}

/**
 * The settings of the points that a link names; none if it names none.
 * @param {string} hash @param {(key: string) => void} onProblem says why they cannot be had @param {typeof requestJson} [send]
 * @returns {Promise<Partial<Config>>}
 */
export async function sharedPoints(hash, onProblem, send = requestJson) {
	const id = DATA_ID.exec(hash)?.[1];
	if (!id) return {};
	try {
		return await send("GET", `api/own-data/${id}`);
	} catch (problem) {
		onProblem(problem instanceof Refusal && problem.status === 404 ? "table.dataGone" : "table.dataUnread");
		return {};
	}
}
