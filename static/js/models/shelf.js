// Stores models in the browser, each under a key of its own, up to a maximum number.

const PREFIX = "tinkernet.model.";

/** Most characters of a name. */
export const MAX_NAME_LENGTH = 100;

/** Most models that are kept. */
export const MAX_MODELS = 40;

/** No model can be added: there are `MAX_MODELS`, or the browser's quota for this site is used up. */
export class StorageFull extends Error {}

/** Return the store of models. @param {Storage | undefined} storage undefined if the visitor blocks it */
export function createShelf(storage, now = Date.now) {
	const keys = () =>
		Array.from({ length: storage?.length ?? 0 }, (_, number) => storage?.key(number) ?? "").filter((key) => key.startsWith(PREFIX));

	/** @param {string} key @returns {SavedModel | null} null if something else stands there */
	function read(key) {
		try {
			const saved = JSON.parse(storage?.getItem(key) ?? "");
			return saved.model.config && typeof saved.name === "string" ? { ...saved, id: key.slice(PREFIX.length) } : null;
		} catch {
			return null;
		}
	}

	const list = () => keys().map(read).filter((saved) => saved !== null).sort((one, other) => other.at - one.at);
	const findByName = (/** @type {string} */ name) => list().find((saved) => saved.name.normalize() === name.normalize());

	return {
		/** Whether storage is available. */
		works: storage !== undefined,

		/** All models, the newest first. */
		list,

		/** The newest model of a name, if there is one. */
		findByName,

		/** The name itself if no model has it, else the first of "name (2)", "name (3)" and so on that none has. @param {string} name */
		freeName(name) {
			let free = name;
			for (let number = 2; findByName(free); number++) {
				const end = ` (${number})`;
				free = [...name].slice(0, MAX_NAME_LENGTH - end.length).join("") + end;
			}
			return free;
		},

		/**
		 * Store a model and return its id. Throws `StorageFull`, and then nothing has changed.
		 * @param {string} name @param {ModelFile} model @param {{id?: string, at?: number}} [place] the id of one that it replaces, or that is put back
		 */
		add(name, model, { id = `${now()}-${Math.random().toString(36).slice(2, 8)}`, at = now() } = {}) {
			const present = keys();
			if (present.length >= MAX_MODELS && !present.includes(PREFIX + id)) throw new StorageFull();
			try {
				storage?.setItem(PREFIX + id, JSON.stringify({ name, at, model }));
			} catch {
				throw new StorageFull();
			}
			return id;
		},

		/** @param {string} id */
		remove: (id) => storage?.removeItem(PREFIX + id),
	};
}
