// The rival of a race in a link: rival=KEY:VALUE;KEY:VALUE;-KEY lists the parts that differ from the link's own, with - for those it lacks.
import { formatHash, parseHash } from "./url.js";

const RIVAL = /[#&]rival=([^&]*)/;
const MAX_PARTS = 60;

/** Settings that both have: the points. @type {Set<string>} */
const SHARED_SETTINGS = new Set(
	"problem dataset classes noise train_percent data_seed points points_noise drawings data_columns".split(" "),
);

/** The parts of a hash by their keys. @param {string} hash @returns {Map<string, string>} */
const parseParts = (hash) =>
	new Map(
		hash.slice(1).split("&").filter(Boolean).map((part) => {
			const at = part.indexOf("=");
			return /** @type {[string, string]} */ (at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)]);
		}),
	);

/** @param {string} text */
function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** Return the part of a link that names a rival; "" without one. @param {Partial<Config>} config @param {Config | undefined} rival @param {Catalogue} catalogue */
export function rivalPart(config, rival, catalogue) {
	if (!rival) return "";
	const { display } = parseHash("", catalogue);
	const [own, other] = [config, rival].map((each) => parseParts(formatHash({ config: each, display }, catalogue)));
	const parts = [
		...[...own.keys()].filter((key) => !other.has(key)).map((key) => `-${key}`),
		...[...other].filter(([key, value]) => own.get(key) !== value).map(([key, value]) => `${key}:${value}`),
	];
	return `&rival=${parts.map((each) => each.replaceAll(";", "%3B")).join(";")}`;
}

/**
 * Return the settings in which the rival of a link differs, null without a rival, and its parts that cannot be read.
 * @param {string} hash @param {Catalogue} catalogue @returns {{race: Partial<Config> | null, problems: HashProblem[]}}
 */
export function readRival(hash, catalogue) {
	const text = RIVAL.exec(hash)?.[1];
	if (text === undefined) return { race: null, problems: [] };
	const merged = parseParts(hash.slice(hash.lastIndexOf("#")));
	merged.delete("rival");
	const own = parseHash(formatParts(merged), catalogue);
	for (const part of text.split(";", MAX_PARTS).map(decode).filter(Boolean)) {
		const at = part.indexOf(":");
		if (part.startsWith("-")) merged.delete(part.slice(1));
		else merged.set(at < 0 ? part : part.slice(0, at), at < 0 ? "" : part.slice(at + 1));
	}
	const read = parseHash(formatParts(merged), catalogue);
	const known = new Set(own.problems.map(({ key, value }) => `${key}=${value}`));
	const problems = read.problems.filter(({ key, value }) => !known.has(`${key}=${value}`));
	/** @type {Record<string, unknown>} */
	const race = {};
	for (const name of /** @type {Set<keyof Config>} */ (new Set([...Object.keys(own.config), ...Object.keys(read.config)]))) {
		const [mine, theirs] = [own.config, read.config].map((each) => each[name]);
		if (JSON.stringify(mine) === JSON.stringify(theirs)) continue;
		if (SHARED_SETTINGS.has(name)) problems.push({ key: name, value: String(theirs ?? "") });
		else race[name] = theirs ?? catalogue.fields[name].default;
	}
	return { race, problems: problems.map(({ key, value }) => ({ key: "rival", value: `${key}:${value}` })) };
}

/** @param {Map<string, string>} parts */
const formatParts = (parts) => `#${[...parts].map(([key, value]) => `${key}=${value}`).join("&")}`;
