// Reads starting points of a class: from a pasted link, or from the playground that is open in this browser.
import { parseHash } from "../../link/url.js";
import { message } from "../../net/protocol.js";
import { Connection, socketUrl } from "../../net/socket.js";
import { sharedPoints } from "../../tables/shared-data.js";
import { IMAGE_SETTINGS, PLANE_SETTINGS, START_SETTINGS } from "../shared/setting-lists.js";
import { fieldName, valueText } from "../../views/setting-words.js";

/**
 * Return the starting point of a link, without points.
 * @param {string} text a link to a playground, or only its hash
 * @param {Catalogue} catalogue
 * @returns {Start | null} null if the text is no such link
 */
export function parseStart(text, catalogue) {
	const at = text.indexOf("#");
	const hash = at >= 0 ? text.slice(at) : text;
	if (!hash.includes("=")) return null;
	const { config, speed, problems } = parseHash(hash.trim(), catalogue);
	if ((Object.keys(config).length === 0 && !/[#&]data=/.test(hash)) || problems.length > 8) return null;
	return speed === undefined ? { config } : { config, speed };
}

/**
 * Return the starting point of a link, with the points that the server stores for it.
 * @param {string} text @param {Catalogue} catalogue @param {typeof sharedPoints} [points] @returns {Promise<Start | null>} null also if they are gone
 */
export async function loadStart(text, catalogue, points = sharedPoints) {
	const start = parseStart(text, catalogue);
	let isIncomplete = false;
	const shared = start ? await points(text, () => (isIncomplete = true)) : {};
	return start && !isIncomplete ? { ...start, config: { ...start.config, ...shared } } : null;
}

/** Describe a starting point in one line. @param {I18n} i18n @param {Partial<Config> | null | undefined} config */
export function startText(i18n, config) {
	if (!config) return "";
	const fields = config.problem === "images"
		? [...IMAGE_SETTINGS, ...START_SETTINGS.filter((field) => !PLANE_SETTINGS.includes(field))]
		: START_SETTINGS;
	return fields.filter((field) => config[field] !== undefined)
		.filter((field) => !(field === "regularization" && config[field] === "none") && !(field.endsWith("noise") && config[field] === 0))
		.map((field) => `${fieldName(i18n, field)} ${valueText(i18n, field, config[field])}`)
		.join(" · ");
}

/** Return the settings of the playground that is open in this browser; null if there is none. @returns {Promise<Start | null>} */
export function readOwnPlayground() {
	const session = decodeURIComponent(/(?:^|;\s*)session=([^;]+)/.exec(document.cookie)?.[1] ?? "");
	if (!session) return Promise.resolve(null);
	return new Promise((resolve) => {
		const finish = (/** @type {Start | null} */ found) => {
			connection.close();
			clearTimeout(timer);
			resolve(found);
		};
		const timer = setTimeout(() => finish(null), 5000);
		const connection = new Connection({
			url: socketUrl(),
			onOpen: () => connection.sendNow(message.open({ session })),
			onStatus: () => {},
			onFrame: () => {},
			onMessage: (message) => {
				if (message.type === "welcome" && !message.resumed) finish(null);
				else if (message.type === "state") finish({ config: message.config, speed: message.speed });
				else if (message.type === "error") finish(null);
			},
		});
		connection.open();
	});
}
