// A view that is loaded on first use, so that the page opens sooner.
import { h } from "./dom.js";

/** @type {Map<string, Promise<unknown>>} */
const styles = new Map();

/** Add a style sheet, once; resolves when it is loaded or has failed. @param {string} name */
export function loadStyle(name) {
	const known = styles.get(name);
	if (known) return known;
	const sheet = h("link", { rel: "stylesheet", href: new URL(`../../css/${name}.css`, import.meta.url).href });
	document.head.append(sheet);
	const loaded = new Promise((resolve) => ["load", "error"].forEach((event) => sheet.addEventListener(event, resolve, { once: true })));
	styles.set(name, loaded);
	return loaded;
}

/**
 * Load what the page needs, and try again until it succeeds. That there is no connection is shown elsewhere.
 * @template T @param {() => Promise<T>} load @param {number} [pause] milliseconds between two tries @returns {Promise<T>}
 */
export async function untilLoaded(load, pause = 2000) {
	for (;;) {
		try {
			return await load();
		} catch {
			await new Promise((resolve) => setTimeout(resolve, pause));
		}
	}
}

/** Return a view that is loaded when it is first used. @template {object} View @param {() => Promise<View>} load @returns {Lazy<View>} */
export function createLazy(load) {
	/** @type {Promise<View> | null} */
	let loading = null;
	/** @type {View & {update?: (model: ModelOf<View>) => void} | null} */
	let view = null;
	/** @type {ModelOf<View> | undefined} */
	let model;

	async function loaded() {
		try {
			loading ??= load();
			view = await loading;
		} catch (error) {
			loading = null; // no connection, which the page already shows: the next use tries again
			console.warn(error);
			throw error;
		}
		if (model) view.update?.(model);
		return view;
	}

	return {
		update(next) {
			model = next;
			view?.update?.(next);
		},

		load: loaded,

		async use(act) {
			let used;
			try {
				used = await loaded();
			} catch {
				return;
			}
			act(used);
		},
	};
}
