/** Types of the building blocks of pages. Only the type checker reads this file; the page does not load it. */

import type { createClassColors, createColorMap } from "./color.js";

/** The colour map of numbers, that of classes, and the colours and the typeface of the style sheet. */
export type Colors =
  & ReturnType<typeof createColorMap>
  & { classes: ReturnType<typeof createClassColors> }
  & Record<"ink" | "quiet" | "line" | "edge" | "surface" | "train" | "test" | "train-ring" | "test-ring" | "sans", string>;

/** A place on the screen, in pixels. */
export interface Place {
  x: number;
  y: number;
}
