// The newest data from frames. An unchanged part stays the same object, so that views can tell.

/** The parts of a frame of which the page keeps the newest; the history grows instead. */
const NEWEST = /** @type {const} */ ([
	"detail",
	"classes",
	"line",
	"preview",
	"parameters",
	"points",
	"inputs",
	"probe",
	"image",
	"maps",
	"filters",
	"confusion",
]);

/** The state before the first frame. @returns {FrameState} */
export const emptyFrameState = () => ({
	.../** @type {Record<typeof NEWEST[number], null>} */ (Object.fromEntries(NEWEST.map((part) => [part, null]))),
	frame: null,
	history: { points: [] },
});

/** Parts that stay right when the network is another one. */
const DATA = /** @type {const} */ (["points", "inputs"]);

/**
 * Add a frame's parts to the state.
 * @param {FrameState} known @param {Frame} frame
 * @param {number | undefined} revision of the server's state: pictures of another network are skipped
 */
export function merge(known, frame, revision) {
	const take = (/** @type {keyof FrameState & keyof Frame} */ part) =>
		frame[part] !== undefined && Object.assign(next, { [part]: frame[part] });
	const next = { ...known };
	DATA.forEach(take);
	if (frame.history) {
		const { replace, points } = frame.history;
		next.history = { points: replace ? points : known.history.points.concat(points) };
	}
	if (frame.revision === revision) {
		next.frame = frame;
		NEWEST.forEach(take);
		if (frame.detail) next.classes = null; // the large picture shows one of them
		else if (frame.classes) next.detail = null;
	}
	return next;
}
