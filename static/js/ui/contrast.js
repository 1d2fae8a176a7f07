// The colour of readable text on a background.
import { luminance } from "./color.js";

/** Return black or white, whichever is readable on a colour. @param {string} ground */
export function textColorOn(ground) {
	const [red, green, blue] = (ground.match(/\d+/g) ?? []).map(Number);
	return luminance([red, green, blue]) > 0.18 ? "#000000" : "#ffffff";
}
