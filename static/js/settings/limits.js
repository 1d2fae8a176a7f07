// Constants of a training that several modules need.

/** Epochs a second that the page offers; null: as fast as possible. */
export const SPEEDS = [2, 5, 10, 25, 60, 250, null];

/** The dataset of custom points. */
export const CUSTOM = "own";

/** How many custom points the server takes, and how large their numbers may be. */
export const [MIN_POINTS, MAX_POINTS, MAX_COORDINATE] = [2, 1000, 1000];
