// Keeps the hash of the page's address up to date, hides the controls that a link names, and makes links to share.
import { CUSTOM, MIN_POINTS } from "../settings/limits.js";
import { rivalPart } from "../link/rival.js";
import { formatHash, loadCodes } from "../link/url.js";

const UPDATE_INTERVAL = 300; // milliseconds; Safari allows 100 changes of the address in 30 seconds

/** Return the functions that keep the address up to date, and the links to share. @param {AddressOptions} options */
export function createAddress({ store, catalogue, publicUrl, onKept }) {
	const sheet = new CSSStyleSheet();
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
	let timer = 0;

	/**
	 * Return the settings as the page shows them: without points if the person has erased so many that the server still has the old ones.
	 * @returns {Config | undefined}
	 */
	function shownConfig() {
		const { server, drawn } = store.get();
		const config = server?.config;
		const erased = config?.dataset === CUSTOM && drawn && drawn.length < MIN_POINTS;
		return erased ? { ...config, dataset: "", points: [], data_columns: null } : config;
	}

	function hashOf(/** @type {PageState["shared"] & {embed?: boolean}} */ { hidden, hideText, embed = false }) {
		const { server, start, stopAt, stopWhen, display, otherDatasets, lesson } = store.get();
		const { speed } = server ?? start;
		const config = shownConfig() ?? start.config;
		const hash = formatHash({ config, display, speed, stopAt, stopWhen, hidden, hideText, embed, otherDatasets, lesson }, catalogue);
		return hash + rivalPart(config, server?.rival?.config, catalogue);
	}

	function baseForOthers() {
		const here = new URL(".", location.href);
		const local = ["localhost", "127.0.0.1", "[::1]"].includes(here.hostname);
		return local && publicUrl ? new URL(publicUrl.endsWith("/") ? publicUrl : `${publicUrl}/`) : here;
	}

	return {
		/** Hide the controls that the opened link names. */
		applyHidden() {
			const { hidden, hideText } = store.get();
			const rules = [...hidden].flatMap((name) => [
				`[data-hide="${CSS.escape(name)}"] { display: none !important; }`,
				// An input that is on stays in the network; one that is off disappears.
				`[data-hide-switch="${CSS.escape(name)}"][aria-pressed="false"] { display: none; }`,
			]);
			if (hideText) rules.push(".article, [data-section] { display: none; }");
			sheet.replaceSync(rules.join("\n"));
		},

		/** Write the state into the address after a short delay, which bundles changes. */
		keep() {
			if (!store.get().server || timer) return;
			timer = window.setTimeout(async () => {
				timer = 0;
				await loadCodes(store.get().server?.config);
				const hash = hashOf(store.get());
				if (hash !== location.hash) history.replaceState(null, "", hash);
				onKept(location.hash);
			}, UPDATE_INTERVAL);
		},

		/** Links for others, with an address that they can reach. @type {Links} */
		links: {
			setup({ embed = false } = {}) {
				const base = baseForOthers();
				base.hash = hashOf({ ...store.get().shared, embed });
				return base.href;
			},
			short: async (href) => (await import("../tables/shared-data.js")).shorten(href, store.get().server?.config),
			drawings: () => store.get().server?.config.drawings?.length ?? 0,
			to: (path) => new URL(path, baseForOthers()).href,
		},
	};
}
