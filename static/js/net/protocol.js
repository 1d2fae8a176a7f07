// Messages to the server and frames from it: see server/protocol/messages.py and server/protocol/frames.py.

export const VERSION = 1;

/** Why the server closed a socket. */
export const CLOSE = { tooLarge: 1009, restart: 1012, full: 1013, stalled: 4408 };

/** Kinds of sections in a frame. */
export const TAG = {
	detail: 1,
	preview: 2,
	parameters: 3,
	history: 4,
	points: 5,
	inputs: 6,
	probe: 7,
	classes: 8,
	line: 9,
	image: 10,
	maps: 11,
	filters: 12,
	confusion: 13,
	rival: 14,
	rivalDetail: 15,
	rivalClasses: 16,
	rivalLine: 17,
	rivalHistory: 18,
};

/** Bits of a frame's flags. */
export const FLAG = { playing: 1, classification: 2, diverged: 4, compiling: 8 };

const FRAME_HEADER = 48; // bytes
const SECTION_HEADER = 8;
const ALIGNMENT = 8;
const HISTORY_POINT_BYTES = 24;
const RIVAL_BYTES = 56;
const SCALE_BYTES = 4;

/** The numbers of a point: x1, x2, target. */
export const POINT_SIZE = 3;

const IMAGE_SOURCES = /** @type {const} */ (["train", "test", "drawn"]); // of an image
const UNKNOWN_LABEL = 255; // in place of an image's label
const WRONG_IMAGE_HEADER = 8; // bytes before the pixels of a wrong image
const WHOLE_OUTPUT = 255; // in place of a neuron: the whole output
const DIFFERENCE_BIT = 128; // tag bit: add the bytes to those of the last such section

/** Makes each message from its fields and an optional `ref`, which an error about it will carry. */
export const message = {
	/** @type {MakeOpenMessage} */
	open: ({ session = null, config = null, packing = "DecompressionStream" in globalThis, ...rest } = {}) =>
		buildMessage("open", { version: VERSION, session, config, packing, ...rest }),
	play: messageMaker("play"),
	pause: messageMaker("pause"),
	reset: messageMaker("reset"),
	newWeights: messageMaker("new_weights"),
	regenerate: messageMaker("regenerate"),
	step: messageMaker("step"),
	configure: messageMaker("configure"),
	speed: messageMaker("speed"),
	watch: messageMaker("watch"),
	probe: messageMaker("probe"),
	showImage: messageMaker("show_image"),
	measureLayers: messageMaker("measure_layers"),
	measureQuality: messageMaker("measure_quality"),
	followLesson: messageMaker("follow_lesson"),
	checkLesson: messageMaker("check_lesson"),
	lookBack: messageMaker("look_back"),
	race: messageMaker("race"),
	endRace: messageMaker("end_race"),
	swapRival: messageMaker("swap_rival"),
	inspectPoint: messageMaker("inspect_point"),
	applyPoint: messageMaker("apply_point"),
	editWeight: messageMaker("edit_weight"),
	editBias: messageMaker("edit_bias"),
	ack: messageMaker("ack"),
	visible: messageMaker("visible"),
};

/** @param {string} type @returns {(given?: object) => Message} */
function messageMaker(type) {
	return (fields) => buildMessage(type, fields);
}

/** Make a message without fields that are undefined. @param {string} type @param {object} [fields] @returns {Message} */
function buildMessage(type, fields = {}) {
	return { type, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}

/** The bytes are not a frame of this version. */
export class FrameError extends Error {
	/** @override */
	name = "FrameError";
}

/** Whether data is a compressed frame. @param {unknown} data of the socket */
export const isPacked = (data) => data instanceof ArrayBuffer && new Uint8Array(data)[2] > 0;

/** Decompress a frame. @param {ArrayBuffer} packed a frame @returns {Promise<ArrayBuffer>} the same, to be read */
export async function unpack(packed) {
	const { body } = new Response(new Uint8Array(packed, FRAME_HEADER));
	const sections = await new Response(body?.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
	const plain = new Uint8Array(FRAME_HEADER + sections.byteLength);
	plain.set(new Uint8Array(packed, 0, FRAME_HEADER));
	plain.set(new Uint8Array(sections), FRAME_HEADER);
	return plain.buffer;
}

/**
 * Read a frame. Arrays are views of the buffer, not copies.
 * @param {ArrayBuffer} buffer not compressed; differences in it are replaced by their sums
 * @param {Record<number, Uint8Array>} [before] the newest section of each kind; updated
 * @returns {Frame}
 * @throws {FrameError} if it is cut off, of another version, or a section has a wrong size
 */
export function decodeFrame(buffer, before = {}) {
	const view = new DataView(buffer);
	check(buffer.byteLength >= FRAME_HEADER, `a frame has at least ${FRAME_HEADER} bytes, this one ${buffer.byteLength}`);
	const version = view.getUint8(0);
	check(version === VERSION, `frames of version ${VERSION} are understood, this one is of version ${version}`);
	const flags = view.getUint8(1);
	const classified = Boolean(flags & FLAG.classification);
	/** @type {Frame} */
	const frame = {
		frame: view.getUint32(4, true),
		revision: view.getUint32(8, true),
		batch: view.getUint32(12, true),
		epoch: view.getFloat64(16, true),
		trainLoss: view.getFloat64(24, true),
		testLoss: view.getFloat64(32, true),
		trainAccuracy: classified ? view.getFloat32(40, true) : null,
		testAccuracy: classified ? view.getFloat32(44, true) : null,
		playing: Boolean(flags & FLAG.playing),
		diverged: Boolean(flags & FLAG.diverged),
		compiling: Boolean(flags & FLAG.compiling),
	};
	let at = FRAME_HEADER;
	while (at < buffer.byteLength) {
		check(at + SECTION_HEADER <= buffer.byteLength, `the section at byte ${at} is cut off`);
		const [kind, a, b, c] = new Uint8Array(buffer, at, 4);
		const tag = kind & ~DIFFERENCE_BIT;
		const length = view.getUint32(at + 4, true);
		const start = at + SECTION_HEADER;
		check(start + length <= buffer.byteLength, `section ${tag} at byte ${at} says ${length} bytes and is cut off`);
		if (READERS[tag]) {
			const bytes = new Uint8Array(buffer, start, length);
			const base = before[tag];
			if (kind & DIFFERENCE_BIT) {
				check(base?.length === length, `section ${tag} is a difference to one that did not come`);
				for (let i = 0; i < length; i += 1) bytes[i] += base[i];
			}
			before[tag] = bytes;
			const fits = (/** @type {boolean} */ holds) => check(holds, `section ${tag} at byte ${at} cannot have ${length} bytes`);
			READERS[tag](frame, { buffer, view, start, length, a, b, c, fits });
		}
		at = start + Math.ceil(length / ALIGNMENT) * ALIGNMENT;
	}
	return frame;
}

/** What each kind of section adds to a frame. An unknown kind is skipped. @type {Record<number, (frame: Frame, section: Section) => void>} */
const READERS = {
	[TAG.detail](frame, section) {
		frame.detail = detail(section);
	},
	[TAG.preview](frame, section) {
		frame.preview = grids(section);
	},
	[TAG.inputs](frame, section) {
		frame.inputs = grids(section);
	},
	[TAG.parameters](frame, { buffer, start, length, fits }) {
		fits(length % 4 === 0);
		frame.parameters = new Float32Array(buffer, start, length / 4);
	},
	[TAG.history](frame, section) {
		frame.history = history(section);
	},
	[TAG.points](frame, { buffer, view, start, length, fits }) {
		fits(length >= 8);
		const [train, test] = [view.getUint32(start, true), view.getUint32(start + 4, true)];
		fits(length === 8 + (train + test) * POINT_SIZE * 4);
		frame.points = {
			train: new Float32Array(buffer, start + 8, train * POINT_SIZE),
			test: new Float32Array(buffer, start + 8 + train * POINT_SIZE * 4, test * POINT_SIZE),
		};
	},
	[TAG.probe](frame, { buffer, start, length, a, b, fits }) {
		fits(length >= 24 && length % 8 === 0);
		const [x1, x2, ...values] = new Float64Array(buffer, start, length / 8);
		frame.probe = { layer: a, neuron: b === WHOLE_OUTPUT ? null : b, x1, x2, values };
	},
	[TAG.classes](frame, section) {
		frame.classes = classes(section);
	},
	[TAG.line](frame, section) {
		frame.line = decisionLine(section);
	},
	[TAG.image](frame, { buffer, view, start, length, a, b, fits }) {
		fits(length > 4 && b < IMAGE_SOURCES.length);
		frame.image = {
			source: IMAGE_SOURCES[b],
			index: view.getUint32(start, true),
			label: a === UNKNOWN_LABEL ? null : a,
			pixels: new Uint8Array(buffer, start + 4, length - 4),
		};
	},
	[TAG.maps](frame, section) {
		frame.maps = readScaledArrays(section);
	},
	[TAG.filters](frame, section) {
		frame.filters = readScaledArrays(section);
	},
	[TAG.confusion](frame, section) {
		frame.confusion = confusion(section);
	},
	[TAG.rival](frame, { view, start, length, a: flags, fits }) {
		fits(length === RIVAL_BYTES);
		const [trainAccuracy, testAccuracy] = [32, 36].map((at) => view.getFloat32(start + at, true)).map((each) => isNaN(each) ? null : each);
		frame.rival = {
			epoch: view.getFloat64(start, true),
			batch: view.getUint32(start + 8, true),
			trainLoss: view.getFloat64(start + 16, true),
			testLoss: view.getFloat64(start + 24, true),
			trainAccuracy,
			testAccuracy,
			score: view.getFloat64(start + 40, true),
			rivalScore: view.getFloat64(start + 48, true),
			diverged: Boolean(flags & FLAG.diverged),
			compiling: Boolean(flags & FLAG.compiling),
		};
	},
	[TAG.rivalDetail](frame, section) {
		frame.rivalDetail = detail(section);
	},
	[TAG.rivalClasses](frame, section) {
		frame.rivalClasses = classes(section);
	},
	[TAG.rivalLine](frame, section) {
		frame.rivalLine = decisionLine(section);
	},
	[TAG.rivalHistory](frame, section) {
		frame.rivalHistory = history(section);
	},
};

/** The large heat map of one node. @param {Section} section @returns {Detail} */
function detail(section) {
	const { view, start, a: layer, b: neuron, c: resolution, length, fits } = section;
	fits(length === SCALE_BYTES + resolution ** 2);
	const scale = view.getFloat32(start, true);
	return { layer, neuron, scale, ...grids({ ...section, start: start + SCALE_BYTES, length: length - SCALE_BYTES }) };
}

/** @param {Section} section @returns {Classes} */
function classes({ buffer, start, length, c: resolution, fits }) {
	fits(resolution > 0 && length === resolution ** 2);
	return { resolution, values: new Uint8Array(buffer, start, length) };
}

/** @param {Section} section @returns {NewLosses} */
function history({ buffer, start, length, a, fits }) {
	fits(length % HISTORY_POINT_BYTES === 0);
	const numbers = new Float64Array(buffer, start, length / 8);
	const points = [];
	for (let i = 0; i < numbers.length; i += 3) points.push({ epoch: numbers[i], train: numbers[i + 1], test: numbers[i + 2] });
	return { replace: a === 1, points };
}

/** @param {Section} section @returns {DecisionLine} */
function decisionLine({ buffer, start, length, c: resolution, fits }) {
	fits(length % 3 === 0);
	const count = length / 3;
	let place = 0;
	const places = new Uint16Array(buffer, start, count).map((step) => (place += step));
	fits(place < 2 * resolution ** 2 || count === 0);
	return { resolution, places, parts: new Uint8Array(buffer, start + 2 * count, count) };
}

/** Several arrays, each with its scale. @param {Section} section @returns {ScaledArrays} */
function readScaledArrays({ buffer, start, length, a: count, fits }) {
	const values = length - count * SCALE_BYTES;
	fits(values >= 0);
	return { scales: new Float32Array(buffer, start, count), values: new Int8Array(buffer, start + count * SCALE_BYTES, values) };
}

/** @param {Section} section @returns {Confusion} */
function confusion({ buffer, view, start, length, a: classes, b: count, fits }) {
	const first = 2 * classes ** 2;
	const size = count > 0 ? (length - first) / count : 0;
	fits(count > 0 ? Number.isInteger(size) && size > WRONG_IMAGE_HEADER : length === first);
	const wrong = Array.from({ length: count }, (_, number) => {
		const at = start + first + number * size;
		const [label, predicted, probability] = new Uint8Array(buffer, at + 4, 3);
		const pixels = new Uint8Array(buffer, at + WRONG_IMAGE_HEADER, size - WRONG_IMAGE_HEADER);
		return { index: view.getUint32(at, true), label, predicted, probability: probability / 255, pixels };
	});
	return { classes, matrix: new Uint16Array(buffer, start, classes ** 2), wrong };
}

/** @param {Section} section @returns {Grids} */
function grids({ buffer, start, length, c: resolution, fits }) {
	fits(resolution > 0 && length % resolution ** 2 === 0);
	return { resolution, values: new Int8Array(buffer, start, length) };
}

/** @param {boolean} holds @param {string} otherwise */
function check(holds, otherwise) {
	if (!holds) throw new FrameError(otherwise);
}
