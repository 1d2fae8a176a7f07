// The newest data from frames. An unchanged part stays the same object, so that views can tell.

/** The state before the first frame. @returns {FrameState} */
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
 * Add a frame's parts to the state.
 * @param {FrameState} known
 * @param {Frame} frame
 * @param {number | undefined} revision of the server's state: pictures of another network are skipped
 */
export function merge(known, frame, revision) {
  const take = (/** @type {keyof FrameState & keyof Frame} */ part) => frame[part] && Object.assign(next, { [part]: frame[part] });
  const next = { ...known };
  take("points");
  take("inputs");
  if (frame.history) {
    const { replace, points } = frame.history;
    next.history = { points: replace ? points : known.history.points.concat(points) };
  }
  if (frame.revision === revision) {
    next.frame = frame;
    /** @type {const} */ (["fine", "classes", "coarse", "parameters", "probe"]).forEach(take);
    if (frame.fine) next.classes = null; // the large picture shows one of them
    else if (frame.classes) next.fine = null;
  }
  return next;
}
