// The code of a room: reading what a person typed, and showing it.

const CODE_LENGTH = 6;

/** Return the code in a typed text: any case, spaces, dashes and full-width letters are accepted. @param {string} text */
export const readCode = (text) => text.normalize("NFKC").toUpperCase().replace(/[^A-Z0-9]/g, "");

/** Return a code in two groups, which are easier to read aloud. @param {string} text */
export function showCode(text) {
	const code = readCode(text);
	return code.length > CODE_LENGTH / 2 ? `${code.slice(0, CODE_LENGTH / 2)} ${code.slice(CODE_LENGTH / 2)}` : code;
}

/** Whether a typed text holds a whole code. @param {string} text */
export const isWhole = (text) => readCode(text).length === CODE_LENGTH;
