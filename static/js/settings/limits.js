// Constants that several modules use.

/** Epochs per second that the page offers; null: as fast as possible. */
export const SPEEDS = [2, 5, 10, 25, 60, 250, 1000, null];

/** The bounds of the epoch at which playing can pause. */
export const STOP_BOUNDS = { type: "integer", minimum: 1, maximum: 1e9 };

/** The dataset of custom points. */
export const CUSTOM = "own";

/** Half a side of the square of the plane that the page shows. */
export const PLANE = 6;

/** How many custom points the server accepts, and the largest magnitude of their numbers. */
export const [MIN_POINTS, MAX_POINTS, MAX_COORDINATE] = [2, 1000, 1000];
