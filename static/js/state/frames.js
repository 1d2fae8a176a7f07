// The newest of everything that frames bring. Each part keeps its identity until it changes, so that views can tell.

/** What is known before the first frame. @returns {FrameState} */
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
 * @param {FrameState} known what was known
 * @param {Frame} frame
 * @param {number | undefined} revision of the state that the page shows: pictures of another network are left out
 */
export function merge(known, frame, revision) {
  const parts = /** @type {Record<string, any>} */ (frame);
  /** @type {Record<string, any>} */
  const next = { ...known };
  for (const part of ["points", "inputs"]) if (parts[part]) next[part] = parts[part];
  if (frame.history) {
    const { replace, points } = frame.history;
    next.history = { points: replace ? points : known.history.points.concat(points) };
  }
  if (frame.revision === revision) {
    next.frame = frame;
    for (const part of ["fine", "classes", "coarse", "parameters", "probe"]) if (parts[part]) next[part] = parts[part];
    if (frame.fine) next.classes = null; // there is one large picture
    else if (frame.classes) next.fine = null;
  }
  return /** @type {FrameState} */ (next);
}
