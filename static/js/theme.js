// The theme, and the colours that drawings on a canvas take from it.
import { createColorMap } from "./color.js";
import { cssColor } from "./views/dom.js";

/** @returns {"light" | "dark"} */
export const currentTheme = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

/** The colour map of numbers, and the inks of the style sheet. */
export function createColors() {
  const inks = Object.fromEntries(["ink", "quiet", "line", "edge", "surface", "train", "test"].map((name) => [name, cssColor(`--${name}`)]));
  return { ...createColorMap(currentTheme()), ...inks };
}
