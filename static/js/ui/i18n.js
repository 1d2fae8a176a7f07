// Texts and numbers in the visitor's language. A text has a flat key and {places}; keys of plurals end in .one, .other etc.

/** @typedef {ReturnType<typeof createI18n>} I18n */

const PLACEHOLDER = /\{(\w+)\}/g;
const MINUS = /^-(?=[\d∞.])/;

/** Formats, which are slow to make: those of one language. @param {string} locale @returns {Numbers["number"]} */
function createNumber(locale) {
	/** @type {Map<string, Intl.NumberFormat>} */
	const formats = new Map();
	return (value, options = { maximumFractionDigits: 6 }) => {
		const key = JSON.stringify(options);
		let format = formats.get(key);
		if (!format) formats.set(key, format = new Intl.NumberFormat(locale, options));
		return format.format(Object.is(value, -0) ? 0 : value).replace(MINUS, "−");
	};
}

/** Return the functions for texts and numbers in a language. @param {I18nOptions} options */
export function createI18n({ fetchWords, ...chosen }) {
	let { locale, words } = chosen;
	/** @type {Promise<void> | null} */
	let completing = null;
	let plurals = new Intl.PluralRules(locale);
	let number = createNumber(locale);

	const textOf = (/** @type {string} */ key) => (Object.hasOwn(words, key) ? words[key] : undefined);

	const find = (/** @type {string} */ key, /** @type {unknown} */ count) =>
		typeof count === "number" ? textOf(`${key}.${plurals.select(count)}`) ?? textOf(`${key}.other`) ?? textOf(key) : textOf(key);

	/** The text of a key; the key itself if there is none. @param {string} key @param {Record<string, string | number>} params values for the places; `count` chooses the plural */
	const t = (key, params = {}) =>
		find(key, params.count)?.replace(PLACEHOLDER, (place, name) => {
			const value = Object.hasOwn(params, name) ? params[name] : place;
			return typeof value === "number" ? number(value) : value;
		}) ?? key;

	return {
		get locale() {
			return locale;
		},

		/** Whether there is a text for a key. @param {string} key */
		has: (key) => textOf(key) !== undefined,

		t,

		/** A number in this language, with a minus sign instead of a hyphen. @type {Numbers["number"]} */
		number: (...given) => number(...given),

		/** Load the texts that the page does not need at first. Rejects if that fails. */
		complete() {
			completing ??= fetchWords ? fetchWords(locale).then((all) => void (words = { ...all, ...words })) : Promise.resolve();
			completing.catch(() => (completing = null));
			return completing;
		},

		/** Change the language. @param {string} next @param {Words} nextWords */
		setLocale(next, nextWords) {
			locale = next;
			words = nextWords;
			completing = null;
			plurals = new Intl.PluralRules(next);
			number = createNumber(next);
		},
	};
}
