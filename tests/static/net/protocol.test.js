import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { decodeFrame, FLAG, FrameError, isPacked, message, TAG, unpack, VERSION } from "../../../static/js/net/protocol.js";

/** Written by the server's side, which reads them too. */
const vectors = JSON.parse(readFileSync(new URL("../../data/protocol_vectors.json", import.meta.url), "utf8"));

/** A frame's bytes. Each section: tag, [a, b, c], payload bytes. */
function encode(
	{ version = VERSION, flags = 0, numbers = [7, 3, 2], losses = [0.5, 0.6], accuracies = [NaN, NaN], epoch = 12 } = {},
	...sections
) {
	const bytes = new Uint8Array(4096);
	const view = new DataView(bytes.buffer);
	bytes.set([version, flags]);
	numbers.forEach((number, index) => view.setUint32(4 + 4 * index, number, true));
	[epoch, ...losses].forEach((number, index) => view.setFloat64(16 + 8 * index, number, true));
	accuracies.forEach((number, index) => view.setFloat32(40 + 4 * index, number, true));
	let at = 48;
	for (const [tag, letters, payload] of sections) {
		bytes.set([tag, ...letters], at);
		view.setUint32(at + 4, payload.byteLength, true);
		bytes.set(new Uint8Array(payload.buffer ?? payload), at + 8);
		at += 8 + Math.ceil(payload.byteLength / 8) * 8;
	}
	return bytes.buffer.slice(0, at);
}

test("messages are plain objects of their type", () => {
	assert.deepEqual(message.play(), { type: "play" });
	assert.deepEqual(message.open({ session: null, config: { noise: 5 }, speed: undefined }), {
		type: "open",
		version: 1,
		session: null,
		config: { noise: 5 },
		packing: true,
	});
	assert.deepEqual(message.open({ speed: null, playing: true }).speed, null);
	assert.deepEqual(message.newWeights(), { type: "new_weights" });
	assert.deepEqual(message.regenerate({ seed: 4 }), { type: "regenerate", seed: 4 });
	assert.deepEqual(message.step({ unit: "batch" }), { type: "step", unit: "batch" });
	assert.deepEqual(message.speed({ epochs_per_second: null }), { type: "speed", epochs_per_second: null });
	assert.deepEqual(message.watch({ layer: null }), { type: "watch", layer: null });
	assert.deepEqual(message.editBias({ layer: 1, neuron: 0, value: 2, ref: 9 }), {
		type: "edit_bias",
		layer: 1,
		neuron: 0,
		value: 2,
		ref: 9,
	});
});

test("the header", () => {
	const flags = FLAG.playing | FLAG.classification;
	assert.deepEqual(decodeFrame(encode({ flags, accuracies: [0.5, 0.75] })), {
		frame: 7,
		revision: 3,
		batch: 2,
		epoch: 12,
		trainLoss: 0.5,
		testLoss: 0.6,
		trainAccuracy: 0.5,
		testAccuracy: 0.75,
		playing: true,
		diverged: false,
		compiling: false,
	});
});

test("without classes there is no accuracy", () => {
	const frame = decodeFrame(encode({ flags: FLAG.diverged }));
	assert.deepEqual([frame.trainAccuracy, frame.testAccuracy, frame.diverged], [null, null, true]);
});

test("epochs beyond 32 bits", () => {
	assert.equal(decodeFrame(encode({ epoch: 2 ** 40 })).epoch, 2 ** 40);
});

/** The payload of a large picture. @param {number} scale @param {Int8Array} grid */
function detailOf(scale, grid) {
	const payload = new Uint8Array(4 + grid.length);
	new DataView(payload.buffer).setFloat32(0, scale, true);
	payload.set(new Uint8Array(grid.buffer), 4);
	return payload;
}

test("grids", () => {
	const grid = Int8Array.of(-127, 0, 1, 127);
	const frame = decodeFrame(
		encode({}, [TAG.detail, [2, 1, 2], detailOf(0.5, grid)], [TAG.preview, [0, 0, 1], Int8Array.of(1, 2, 3)], [
			TAG.inputs,
			[0, 0, 2],
			grid,
		]),
	);
	assert.deepEqual(frame.detail, { layer: 2, neuron: 1, scale: 0.5, resolution: 2, values: grid });
	assert.deepEqual(frame.preview, { resolution: 1, values: Int8Array.of(1, 2, 3) });
	assert.deepEqual(frame.inputs, { resolution: 2, values: grid });
});

test("parameters, history, points and probe", () => {
	const history = new DataView(new ArrayBuffer(48));
	[[0, 0.5, 0.25], [2 ** 33, 0.125, 2]].forEach(([epoch, train, loss], index) => {
		history.setFloat64(24 * index, epoch, true);
		history.setFloat64(24 * index + 8, train, true);
		history.setFloat64(24 * index + 16, loss, true);
	});
	const points = new DataView(new ArrayBuffer(8 + 36));
	points.setUint32(0, 2, true);
	points.setUint32(4, 1, true);
	for (let i = 0; i < 9; i += 1) points.setFloat32(8 + 4 * i, i, true);
	const frame = decodeFrame(
		encode(
			{},
			[TAG.parameters, [0, 0, 0], Float32Array.of(1, -2, 3)],
			[TAG.history, [1, 0, 0], history],
			[TAG.points, [0, 0, 0], points],
			[TAG.probe, [3, 4, 0], Float64Array.of(1.5, -2, 0.1)],
		),
	);
	assert.deepEqual(frame.parameters, Float32Array.of(1, -2, 3));
	assert.deepEqual(frame.history, {
		replace: true,
		points: [
			{ epoch: 0, train: 0.5, test: 0.25 },
			{ epoch: 2 ** 33, train: 0.125, test: 2 },
		],
	});
	assert.deepEqual(frame.points, { train: Float32Array.of(0, 1, 2, 3, 4, 5), test: Float32Array.of(6, 7, 8) });
	assert.deepEqual(frame.probe, { layer: 3, neuron: 4, x1: 1.5, x2: -2, values: [0.1] });
});

test("the whole output of several classes", () => {
	const { classes, probe } = decodeFrame(
		encode({}, [TAG.classes, [0, 0, 2], Uint8Array.of(0, 31, 7 << 5, 255)], [
			TAG.probe,
			[2, 255, 0],
			Float64Array.of(1, 2, 0.25, 0.5, 0.25),
		]),
	);
	assert.deepEqual(classes, { resolution: 2, values: Uint8Array.of(0, 31, 224, 255) });
	assert.deepEqual(probe, { layer: 2, neuron: null, x1: 1, x2: 2, values: [0.25, 0.5, 0.25] });
});

test("an unknown section is skipped", () => {
	const frame = decodeFrame(encode({}, [200, [1, 2, 3], new Uint8Array(5)], [TAG.parameters, [0, 0, 0], Float32Array.of(4)]));
	assert.deepEqual(frame.parameters, Float32Array.of(4));
});

test("frames that are cut off, of another version or of a wrong size are refused", () => {
	const whole = encode({}, [TAG.parameters, [0, 0, 0], Float32Array.of(1, 2, 3)]);
	const bad = [
		[new ArrayBuffer(0), /at least 48 bytes, this one 0/],
		[encode({ version: 2 }), /version 2/],
		[whole.slice(0, 60), /section 3 at byte 48 says 12 bytes/],
		[whole.slice(0, 52), /section at byte 48 is cut off/],
		[encode({}, [TAG.parameters, [0, 0, 0], new Uint8Array(5)]), /section 3 at byte 48 cannot have 5 bytes/],
		[encode({}, [TAG.detail, [0, 0, 3], new Uint8Array(8)]), /section 1 at byte 48 cannot have 8 bytes/],
		[encode({}, [TAG.preview, [0, 0, 0], new Uint8Array(8)]), /section 2 .* cannot have 8/],
		[encode({}, [TAG.preview, [0, 0, 3], new Uint8Array(10)]), /section 2 .* cannot have 10/],
		[encode({}, [TAG.history, [0, 0, 0], new Uint8Array(20)]), /section 4 .* cannot have 20/],
		[encode({}, [TAG.points, [0, 0, 0], new Uint8Array(4)]), /section 5 .* cannot have 4/],
		[encode({}, [TAG.points, [0, 0, 0], Uint32Array.of(1, 1, 0)]), /section 5 .* cannot have 12/],
		[encode({}, [TAG.points, [0, 0, 0], Uint32Array.of(0xffffffff, 0xffffffff, 0)]), /section 5 .* cannot have 12/],
		[encode({}, [TAG.probe, [0, 0, 0], new Uint8Array(8)]), /section 7 .* cannot have 8/],
		[encode({}, [TAG.probe, [0, 0, 0], new Uint8Array(28)]), /section 7 .* cannot have 28/],
		[encode({}, [TAG.classes, [0, 0, 3], new Uint8Array(8)]), /section 8 .* cannot have 8/],
		[encode({}, [TAG.line, [0, 0, 3], new Uint8Array(4)]), /section 9 .* cannot have 4/],
		[encode({}, [TAG.line, [0, 0, 3], Uint8Array.of(18, 0, 0)]), /section 9 .* cannot have 3/],
		[encode({}, [TAG.image, [7, 0, 0], new Uint8Array(4)]), /section 10 .* cannot have 4/],
		[encode({}, [TAG.image, [7, 3, 0], new Uint8Array(68)]), /section 10 .* cannot have 68/],
		[encode({}, [TAG.maps, [3, 0, 0], new Uint8Array(8)]), /section 11 .* cannot have 8/],
		[encode({}, [TAG.filters, [3, 0, 0], new Uint8Array(11)]), /section 12 .* cannot have 11/],
		[encode({}, [TAG.confusion, [2, 0, 0], new Uint8Array(10)]), /section 13 .* cannot have 10/],
		[encode({}, [TAG.confusion, [2, 2, 0], new Uint8Array(25)]), /section 13 .* cannot have 25/],
		[encode({}, [TAG.confusion, [2, 1, 0], new Uint8Array(12)]), /section 13 .* cannot have 12/],
		[encode({}, [TAG.rival, [0, 0, 0], new Uint8Array(48)]), /section 14 .* cannot have 48/],
		[encode({}, [TAG.rivalDetail, [0, 0, 3], new Uint8Array(8)]), /section 15 .* cannot have 8/],
		[encode({}, [TAG.rivalLine, [0, 0, 3], new Uint8Array(4)]), /section 17 .* cannot have 4/],
	];
	for (const [buffer, expected] of bad) {
		assert.throws(() => decodeFrame(buffer), (error) => error instanceof FrameError && expected.test(error.message), String(expected));
	}
});

test("no bytes break it otherwise", () => {
	let state = 1;
	for (let round = 0; round < 2000; round += 1) {
		const bytes = new Uint8Array(48 + (round % 60));
		for (let i = 0; i < bytes.length; i += 1) {
			state = Math.imul(state, 1103515245) + 12345;
			bytes[i] = i >= 48 && i < 56 ? (state >>> 16) % 19 : state >>> 16;
		}
		bytes[0] = VERSION;
		try {
			decodeFrame(bytes.buffer);
		} catch (error) {
			assert.ok(error instanceof FrameError, String(error));
		}
	}
});

const bufferOf = (/** @type {string} */ hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
/** A number of the vectors; null is one that is not finite. */
const number = (/** @type {number | null} */ each) => each ?? NaN;

/** What each kind of section should have become. @type {Record<number, (section: any) => [string, unknown]>} */
const EXPECTED = {
	[TAG.detail]: ({ a, b, c, scale, values }) => ["detail", { layer: a, neuron: b, scale, resolution: c, values: Int8Array.from(values) }],
	[TAG.preview]: ({ c, values }) => ["preview", { resolution: c, values: Int8Array.from(values) }],
	[TAG.inputs]: ({ c, values }) => ["inputs", { resolution: c, values: Int8Array.from(values) }],
	[TAG.parameters]: ({ values }) => ["parameters", Float32Array.from(values.map(number))],
	[TAG.history]: ({ a, values }) => [
		"history",
		{ replace: a === 1, points: values.map(([epoch, train, loss]) => ({ epoch, train: number(train), test: number(loss) })) },
	],
	[TAG.points]: ({ train, values }) => [
		"points",
		{ train: Float32Array.from(values.slice(0, train).flat()), test: Float32Array.from(values.slice(train).flat()) },
	],
	[TAG.probe]: (
		{ a, b, values: [x1, x2, ...values] },
	) => ["probe", { layer: a, neuron: b === 255 ? null : b, x1, x2, values: values.map(number) }],
	[TAG.line]({ c, values }) {
		const count = values.length / 2;
		let place = 0;
		const places = Uint16Array.from(values.slice(0, count), (/** @type {number} */ step) => (place += step));
		return ["line", { resolution: c, places, parts: Uint8Array.from(values.slice(count)) }];
	},
	[TAG.image]: ({ a, b, values: [index, ...pixels] }) => [
		"image",
		{ source: ["train", "test", "drawn"][b], index, label: a === 255 ? null : a, pixels: Uint8Array.from(pixels) },
	],
	[TAG.maps]: ({ scales, values }) => ["maps", { scales: Float32Array.from(scales), values: Int8Array.from(values) }],
	[TAG.filters]: ({ scales, values }) => ["filters", { scales: Float32Array.from(scales), values: Int8Array.from(values) }],
	[TAG.confusion]({ a, values: [matrix, ...wrong] }) {
		const images = wrong.map((/** @type {number[]} */ [index, label, predicted, probability, ...pixels]) => (
			{ index, label, predicted, probability: probability / 255, pixels: Uint8Array.from(pixels) }
		));
		return ["confusion", { classes: a, matrix: Uint16Array.from(matrix), wrong: images }];
	},
	[TAG.classes]: ({ c, values }) => ["classes", { resolution: c, values: Uint8Array.from(values) }],
};

/** Sections of the rival that are read as those of the training are. */
const OF_RIVAL = { rivalDetail: "detail", rivalClasses: "classes", rivalLine: "line", rivalHistory: "history" };
for (const [name, like] of Object.entries(OF_RIVAL)) EXPECTED[TAG[name]] = (section) => [name, EXPECTED[TAG[like]](section)[1]];
EXPECTED[TAG.rival] = ({ a, values }) => {
	const [epoch, batch, trainLoss, testLoss, trainAccuracy, testAccuracy, score, rivalScore] = values;
	const flags = { diverged: Boolean(a & FLAG.diverged), compiling: Boolean(a & FLAG.compiling) };
	return ["rival", { epoch, batch, trainLoss, testLoss, trainAccuracy, testAccuracy, score, rivalScore, ...flags }];
};

test("the server's own frames are read as the server means them", () => {
	const seen = new Set();
	for (const { hex, header, sections } of vectors.frames) {
		const {
			frame,
			revision,
			batch,
			epoch,
			trainLoss,
			testLoss,
			trainAccuracy,
			testAccuracy,
			playing,
			diverged,
			compiling,
			...rest
		} = decodeFrame(
			bufferOf(hex),
		);
		assert.deepEqual(
			{
				frame,
				revision,
				batch,
				epoch,
				train_loss: trainLoss,
				test_loss: testLoss,
				train_accuracy: trainAccuracy,
				test_accuracy: testAccuracy,
			},
			Object.fromEntries(Object.entries(header).filter(([name]) => name !== "version" && name !== "flags")),
		);
		assert.deepEqual([playing, diverged, compiling], [
			Boolean(header.flags & FLAG.playing),
			Boolean(header.flags & FLAG.diverged),
			Boolean(header.flags & FLAG.compiling),
		]);
		const known = sections.filter(({ tag }) => EXPECTED[tag]);
		assert.deepEqual(rest, Object.fromEntries(known.map((section) => EXPECTED[section.tag](section))));
		for (const { tag } of known) seen.add(tag);
	}
	assert.deepEqual([...seen].sort(), Object.values(TAG).sort());
});

test("packed frames say what the plain ones say, one after another", async () => {
	const before = {};
	const kinds = new Set();
	for (const { hex, plain } of vectors.packed) {
		const frame = bufferOf(hex);
		const sections = isPacked(frame) ? await unpack(frame) : frame;
		kinds.add(`${isPacked(frame) ? "packed" : "plain"} ${new Uint8Array(sections)[48] & 128 ? "difference" : "whole"}`);
		assert.deepEqual(decodeFrame(sections, before), decodeFrame(bufferOf(plain)));
	}
	assert.deepEqual([...kinds].sort(), ["packed difference", "packed whole", "plain difference"]);
});

test("a difference to what did not come is refused", () => {
	const difference = () => encode({}, [TAG.preview | 128, [0, 0, 2], new Uint8Array(4)]);
	const before = {};
	assert.throws(() => decodeFrame(difference(), before), /did not come/);
	decodeFrame(encode({}, [TAG.preview, [0, 0, 3], new Uint8Array(9)]), before);
	assert.throws(() => decodeFrame(difference(), before), /did not come/);
});

test("a difference is added to the whole, beyond the ends", () => {
	const before = {};
	decodeFrame(encode({}, [TAG.preview, [0, 0, 2], Int8Array.of(127, -127, 0, 5)]), before);
	for (const expected of [Int8Array.of(-128, 126, 0, 5), Int8Array.of(-127, 123, 0, 5)]) {
		const { preview } = decodeFrame(encode({}, [TAG.preview | 128, [0, 0, 2], Uint8Array.of(1, 253, 0, 0)]), before);
		assert.deepEqual(preview?.values, expected);
	}
});

test("what is packed wrongly is refused", async () => {
	await assert.rejects(unpack(encode({}, [TAG.preview, [0, 0, 2], new Uint8Array(4)])));
});

test("every message that the server knows can be built, and none besides", () => {
	const withoutNull = (/** @type {object} */ each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== null));
	const builderOf = (/** @type {string} */ type) => type.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
	for (const { type, ...given } of vectors.client_messages) {
		const built = message[builderOf(type)](given);
		if (type === "open") assert.deepEqual(withoutNull(built), withoutNull({ type, packing: true, ...given }));
		else if (Object.keys(given).length > 0) assert.deepEqual(built, { type, ...given });
		else assert.deepEqual(built, { type });
	}
	const types = new Set(vectors.client_messages.map(({ type }) => builderOf(type)));
	assert.deepEqual([...types].sort(), Object.keys(message).sort());
});
