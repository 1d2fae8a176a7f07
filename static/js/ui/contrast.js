// Text that can be read on a colour.
import { luminance } from "./color.js";

/** Black or white, whichever can be read on a colour: rgb(…) with three numbers. @param {string} ground */
export function textColorOn(ground) {
	const [red, green, blue] = (ground.match(/\d+/g) ?? []).map(Number);
	return luminance([red, green, blue]) > 0.18 ? "#000000" : "#ffffff";
}
