// The newest of everything that frames bring. Each part keeps its identity until it changes, so that views can tell.

/** @typedef {{points: {epoch: number, train: number, test: number}[]}} History */

/** What is known before the first frame. */
export const emptyFrameState = () => ({
  frame: null,
  fine: null,
  classes: null,
  coarse: null,
  parameters: null,
  inputs: null,
  points: null,
  probe: null,
  history: { points: [] },
});

/**
 * @param {any} known what was known
 * @param {any} frame a decoded frame
 * @param {number} revision of the state that the page shows: pictures of another network are left out
 */
export function merge(known, frame, revision) {
  const next = { ...known };
  for (const part of ["points", "inputs"]) if (frame[part]) next[part] = frame[part];
  if (frame.history) {
    const { replace, points } = frame.history;
    next.history = { points: replace ? points : known.history.points.concat(points) };
  }
  if (frame.revision === revision) {
    next.frame = frame;
    for (const part of ["fine", "classes", "coarse", "parameters", "probe"]) if (frame[part]) next[part] = frame[part];
    if (frame.fine) next.classes = null; // there is one large picture
    else if (frame.classes) next.fine = null;
  }
  return next;
}
