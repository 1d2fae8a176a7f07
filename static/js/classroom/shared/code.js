// A room's code, as people type it and as it is shown.

const LENGTH = 6;

/** What was meant: any case, spaces, dashes, and the wide letters of a Chinese keyboard. @param {string} text */
export const readCode = (text) => text.normalize("NFKC").toUpperCase().replace(/[^A-Z0-9]/g, "");

/** In two groups, so that it can be read aloud. @param {string} text */
export function showCode(text) {
  const code = readCode(text);
  return code.length > LENGTH / 2 ? `${code.slice(0, LENGTH / 2)} ${code.slice(LENGTH / 2)}` : code;
}

/** @param {string} text */
export const isWhole = (text) => readCode(text).length === LENGTH;
