// The languages of static/i18n, and their words.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./facts.js";

const FOLDER = join(ROOT, "static/i18n");

/** The codes of all languages, English first. */
export const LOCALES = readdirSync(FOLDER).map((name) => name.replace(/\.json$/, "")).sort((a, b) =>
	Number(b === "en") - Number(a === "en") || (a < b ? -1 : 1)
);

/** All words of a language. @param {string} locale @returns {Record<string, string>} */
export const wordsOf = (locale) => JSON.parse(readFileSync(join(FOLDER, `${locale}.json`), "utf8"));
