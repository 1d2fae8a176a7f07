// The newest data from frames. Unchanged parts stay the same object, so that views notice what has changed.

/** The parts of a frame of which the page keeps the newest; the history grows instead. */
const KEPT_PARTS = /** @type {const} */ ([
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
	"rival",
	"rivalDetail",
	"rivalClasses",
	"rivalLine",
]);

/** The state before the first frame. @returns {FrameState} */
export const emptyFrameState = () => ({
	.../** @type {Record<typeof KEPT_PARTS[number], null>} */ (Object.fromEntries(KEPT_PARTS.map((part) => [part, null]))),
	frame: null,
	history: { points: [] },
	rivalHistory: { points: [] },
});

/** Parts that stay valid when the network changes. */
const DATA_PARTS = /** @type {const} */ (["points", "inputs"]);

/**
 * Return the state with a frame's parts.
 * @param {FrameState} known @param {Frame} frame
 * @param {number | undefined} revision of the server's state: pictures of another network are skipped
 */
export function mergeFrame(known, frame, revision) {
	const copyPart = (/** @type {keyof FrameState & keyof Frame} */ part) =>
		frame[part] !== undefined && Object.assign(next, { [part]: frame[part] });
	const next = { ...known };
	DATA_PARTS.forEach(copyPart);
	for (const name of /** @type {const} */ (["history", "rivalHistory"])) {
		const { replace, points } = frame[name] ?? { replace: false, points: [] };
		if (replace || points.length > 0) next[name] = { points: replace ? points : known[name].points.concat(points) };
	}
	if (frame.revision === revision) {
		next.frame = frame;
		KEPT_PARTS.forEach(copyPart);
		if (frame.detail) next.classes = null; // the large picture shows one of them
		else if (frame.classes) next.detail = null;
		if (frame.rivalDetail) next.rivalClasses = null;
		else if (frame.rivalClasses) next.rivalDetail = null;
	}
	return next;
}
