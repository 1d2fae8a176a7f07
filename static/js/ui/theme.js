// The theme, and the colours and font of drawings on a canvas, from the style sheet.
import { createClassColors, createColorMap, pixelOf } from "./color.js";

const DRAWING_COLORS = ["ink", "quiet", "line", "edge", "surface", "zero", "train", "test", "train-ring", "test-ring", "sans"];

/** Return the theme that the page has now. @returns {"light" | "dark"} */
export const currentTheme = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

/** The colour maps of numbers and of classes, and the colours and typeface of the style sheet; `ground` is that of the page. @returns {Colors} */
export function readThemeColors() {
	const style = getComputedStyle(document.documentElement);
	const inks = /** @type {Inks} */ (Object.fromEntries(DRAWING_COLORS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])));
	const ground = pixelOf(style.backgroundColor);
	return { ...createColorMap(currentTheme()), classes: createClassColors(currentTheme()), ground, ...inks };
}
