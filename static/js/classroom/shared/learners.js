// What the wall knows of each learner's training: the newest numbers and picture, and the curve of scores, which is collected here.

const MAX_CURVE_POINTS = 96;
const IMPROVEMENT_FACTOR = 0.98; // a score below this many times the best one so far is a clear improvement

/** @param {ArrayBuffer} packed @returns {Promise<ArrayBuffer>} */
export const inflate = (packed) =>
	new Response(
		/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (new Response(packed).body).pipeThrough(new DecompressionStream("deflate")),
	).arrayBuffer();

/** The confusion matrix of a network for images as a picture: each cell is its share of its row. @param {number[]} counts @returns {WallPicture} */
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

/** Return a curve that is not too long: every second point of a long one, and always the last. @param {CurvePoint[]} curve @returns {CurvePoint[]} */
export const thinned = (
	curve,
) => (curve.length <= MAX_CURVE_POINTS ? curve : curve.filter((_, index) => index % 2 === 0 || index === curve.length - 1));

/** @param {Learner | undefined} before @param {WallUpdate} update @param {number} now milliseconds @returns {Learner} */
export function merged(before, update, now) {
	const { curve: sent, picture, ...numbers } = update;
	const anew = !before || update.counted_epochs < before.counted_epochs || sent !== undefined;
	/** @type {CurvePoint[]} */
	let curve = anew ? /** @type {CurvePoint[]} */ ((sent ?? []).filter(([, each]) => each !== null)) : before.curve;
	let { best, improved } = anew ? { best: null, improved: now } : before;
	const { counted_epochs: epoch, score } = update;
	if (anew) { for (const [, each] of curve) if (best === null || each < best) best = each; }
	if (Number.isFinite(score) && score !== null) {
		if (curve.length === 0 || epoch > curve[curve.length - 1][0]) curve = thinned([...curve, [epoch, score]]);
		if (best === null || score < best * IMPROVEMENT_FACTOR) improved = now;
		best = best === null ? score : Math.min(best, score);
	}
	return { ...before, ...numbers, curve, best, improved, picture: picture ?? before?.picture ?? null };
}

/** @param {() => number} [now] */
export function createLearners(now = () => performance.now()) {
	/** @type {Map<string, Learner>} */
	const known = new Map();
	return {
		/** @param {string} seat */
		get: (seat) => known.get(seat),
		/** @param {WallUpdate[]} updates */
		take(updates) {
			for (const each of updates) known.set(each.seat, merged(known.get(each.seat), each, now()));
		},
		/** Forget all learners but these. @param {Set<string>} seats */
		keep(seats) {
			for (const seat of [...known.keys()]) if (!seats.has(seat)) known.delete(seat);
		},
	};
}
