// Reads the link with which the page is opened, and warns of parts that cannot be read.
import { emptyFrameState } from "../state/frames.js";
import { untilLoaded } from "../ui/lazy.js";
import { readRival } from "../link/rival.js";
import { loadCodes, parseHash } from "../link/url.js";

const MAX_NAMED = 8; // parts of a link that the warning names; the others are counted
/** The text about a part of a link that can be read, but not used. */
const WARNINGS = { noInputs: "message.noInputs", otherProblem: "message.otherDataset", noPoints: "message.noPoints" };
const anySeed = () => Math.floor(Math.random() * 2 ** 32);

/**
 * Return a function that reads a link.
 * @param {{catalogue: Catalogue, i18n: I18n, messages: Messages, notify: (kind: string, key: string, options?: MessageOptions) => void}} page
 */
export function createLinkReader({ catalogue, i18n, messages, notify }) {
	/** Return the state that a hash sets, and warn of parts that cannot be read. */
	function readHash(/** @type {string} */ hash) {
		const read = parseHash(hash, catalogue);
		const { race, problems } = readRival(hash, catalogue);
		const unreadable = [...read.problems, ...problems].filter(({ kind }) => !kind);
		const items = unreadable.map(({ key, value }) => (value === "" ? key : `${key}=${value}`));
		const named = items.slice(0, MAX_NAMED).join(", ");
		const list = items.length > MAX_NAMED ? i18n.t("message.hashMore", { items: named, count: items.length - MAX_NAMED }) : named;
		if (items.length > 0) messages.show("hash", i18n.t("message.hash", { items: list }), { warn: true });
		else messages.remove("hash");
		for (const [kind, key] of Object.entries(WARNINGS)) {
			const found = read.problems.find((each) => each.kind === kind);
			if (!found) {
				messages.remove(kind);
				continue;
			}
			const { key: name, value, problem, link = "" } = found;
			const places = { item: `${name}=${value}`, problem: problem ? i18n.t(`choice.problem.${problem}`) : "", link };
			notify(kind, key, { warn: true, places });
		}
		const { config, speed, stopAt, stopWhen, display, hidden, hideText, embed, otherDatasets } = read;
		const start = { config: { data_seed: anySeed(), weights_seed: anySeed(), ...config }, speed, race };
		return { ...emptyFrameState(), server: null, watched: null, start, stopAt, stopWhen, display, hidden, hideText, embed, otherDatasets };
	}

	/** Return the state that a hash sets, after loading all that it needs. @param {string} hash */
	return async function readLink(hash) {
		await loadCodes(hash);
		const read = readHash(hash);
		if (!/[#&]data=/.test(hash)) return read;
		const { sharedPoints } = await untilLoaded(() => import("../tables/shared-data.js"));
		Object.assign(read.start.config, await sharedPoints(hash, (key) => notify("hash", key, { warn: true })));
		return read;
	};
}
