// The wall's model of each learner's training: the newest numbers and picture, and the curve of scores, which is collected here.

const MAX_CURVE_POINTS = 96;
const IMPROVEMENT_FACTOR = 0.98; // a score below this many times the best one so far is a clear improvement

/** Decompress data (deflate). @param {ArrayBuffer} packed @returns {Promise<ArrayBuffer>} */
export const inflate = (packed) =>
	new Response(
		/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (new Response(packed).body).pipeThrough(new DecompressionStream("deflate")),
	).arrayBuffer();

/** Return a confusion matrix as a picture: each cell is its fraction of its row, 127 for 1. @param {number[]} counts @returns {WallPicture} */
function matrixPicture(counts) {
	const resolution = Math.round(Math.sqrt(counts.length));
	const rowOf = (/** @type {number} */ at) => Math.floor(at / resolution);
	const sums = Array.from({ length: resolution }, (_, row) => counts.reduce((sum, each, at) => (rowOf(at) === row ? sum + each : sum), 0));
	return {
		values: Int8Array.from(counts, (each, at) => 127 * each / (sums[rowOf(at)] || 1)),
		resolution,
		classes: false,
		scale: 1,
		matrix: true,
	};
}

/**
 * Decode a message of the wall.
 * @param {ArrayBuffer} plain uncompressed: the length of the JSON as u32, the JSON, the pictures
 * @returns {WallUpdate[]} the learners that changed, each with its `picture` in place of its number
 */
export function decodeWall(plain) {
	const length = new DataView(plain).getUint32(0, true);
	/** @type {{learners: (Omit<WallUpdate, "picture"> & {picture?: number | null, classes?: boolean, scale?: number})[], resolution: number}} */
	const { learners, resolution } = JSON.parse(new TextDecoder().decode(new Uint8Array(plain, 4, length)));
	const size = resolution ** 2;
	return learners.map((each) => {
		if (each.confusion) return { ...each, picture: matrixPicture(each.confusion) };
		if (each.picture === null || each.picture === undefined) return { ...each, picture: null };
		const start = 4 + length + each.picture * size;
		if (start + size > plain.byteLength) throw new RangeError(`the wall's picture ${each.picture} is cut off`);
		const values = each.classes ? new Uint8Array(plain, start, size) : new Int8Array(plain, start, size);
		return { ...each, picture: { values, resolution, classes: Boolean(each.classes), scale: each.scale ?? 1 } };
	});
}

/** Return a curve of limited length: of a long one every second point and the last. @param {CurvePoint[]} curve @returns {CurvePoint[]} */
export const thinCurve = (
	curve,
) => (curve.length <= MAX_CURVE_POINTS ? curve : curve.filter((_, index) => index % 2 === 0 || index === curve.length - 1));

/** Return a learner after an update of the wall. @param {Learner | undefined} before @param {WallUpdate} update @param {number} now milliseconds @returns {Learner} */
export function mergeUpdate(before, update, now) {
	const { curve: sent, picture, ...numbers } = update;
	const isReset = !before || update.counted_epochs < before.counted_epochs || sent !== undefined;
	/** @type {CurvePoint[]} */
	let curve = isReset ? /** @type {CurvePoint[]} */ ((sent ?? []).filter(([, each]) => each !== null)) : before.curve;
	let { best, improved } = isReset ? { best: null, improved: now } : before;
	const { counted_epochs: epoch, score } = update;
	if (isReset) { for (const [, each] of curve) if (best === null || each < best) best = each; }
	if (Number.isFinite(score) && score !== null) {
		if (curve.length === 0 || epoch > curve[curve.length - 1][0]) curve = thinCurve([...curve, [epoch, score]]);
		if (best === null || score < best * IMPROVEMENT_FACTOR) improved = now;
		best = best === null ? score : Math.min(best, score);
	}
	return { ...before, ...numbers, curve, best, improved, picture: picture ?? before?.picture ?? null };
}

/** Return the model of all learners. @param {() => number} [now] returns milliseconds */
export function createLearners(now = () => performance.now()) {
	/** @type {Map<string, Learner>} */
	const bySeat = new Map();
	return {
		/** @param {string} seat */
		get: (seat) => bySeat.get(seat),
		/** @param {WallUpdate[]} updates */
		receive(updates) {
			for (const each of updates) bySeat.set(each.seat, mergeUpdate(bySeat.get(each.seat), each, now()));
		},
		/** Remove all learners but these. @param {Set<string>} seats */
		retain(seats) {
			for (const seat of [...bySeat.keys()]) if (!seats.has(seat)) bySeat.delete(seat);
		},
	};
}
