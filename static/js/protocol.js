// The wire, as server/protocol.py and server/frames.py define it: messages to the server, and frames from it.

export const VERSION = 1;

/** Why the server closed a socket. */
export const CLOSE = { tooLarge: 1009, restart: 1012, full: 1013, stalled: 4408 };

/** Kinds of sections in a frame. */
export const TAG = { fine: 1, coarse: 2, parameters: 3, history: 4, points: 5, inputs: 6, probe: 7, classes: 8 };

/** Bits of a frame's flags. */
export const FLAG = { playing: 1, classification: 2, diverged: 4 };

const HEADER = 48; // bytes
const SECTION = 8;
const ALIGNMENT = 8;
const HISTORY_POINT = 24;
const SCALE = 4;
const POINT = 3; // floats: x1, x2, target
const WHOLE = 255; // where a neuron's number would stand: the whole output

/** @typedef {{type: string, ref?: number} & Record<string, unknown>} Message */

/** Builders of all that the page can say. Every one takes a `ref` besides, which an error about it carries. */
export const message = {
  /** @param {{session?: string | null, config?: object | null, speed?: number | null, playing?: boolean, ref?: number}} [given] */
  open: ({ session = null, config = null, ...rest } = {}) => build("open", { version: VERSION, session, config, ...rest }),
  /** @param {{ref?: number}} [given] */
  play: (given) => build("play", given),
  /** @param {{ref?: number}} [given] */
  pause: (given) => build("pause", given),
  /** @param {{ref?: number}} [given] */
  reset: (given) => build("reset", given),
  /** @param {{seed?: number, ref?: number}} [given] */
  newWeights: (given) => build("new_weights", given),
  /** @param {{seed?: number, ref?: number}} [given] */
  regenerate: (given) => build("regenerate", given),
  /** @param {{unit: "epoch" | "batch", count?: number, ref?: number}} given */
  step: (given) => build("step", given),
  /** @param {{changes: Record<string, unknown>, ref?: number}} given */
  configure: (given) => build("configure", given),
  /** @param {{epochs_per_second: number | null, ref?: number}} given null: all that the server can give */
  speed: (given) => build("speed", given),
  /** @param {{layer: number | null, neuron?: number, ref?: number}} given layer null: the whole output */
  watch: (given) => build("watch", given),
  /** @param {{x1: number | null, x2: number | null, ref?: number}} given nulls: no place */
  probe: (given) => build("probe", given),
  /** @param {{layer: number, source: number, neuron: number, value: number, ref?: number}} given */
  editWeight: (given) => build("edit_weight", given),
  /** @param {{layer: number, neuron: number, value: number, ref?: number}} given */
  editBias: (given) => build("edit_bias", given),
  /** @param {{frame: number}} given */
  ack: (given) => build("ack", given),
  /** @param {{visible: boolean}} given */
  visible: (given) => build("visible", given),
};

/**
 * What is undefined is left out.
 * @param {string} type @param {Record<string, unknown>} [given] @returns {Message}
 */
function build(type, given = {}) {
  return { type, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** The server sent bytes that are no frame of this version. */
export class FrameError extends Error {
  name = "FrameError";
}

/**
 * @typedef {{resolution: number, values: Int8Array}} Grids one grid or several, one after another; row 0 is x2 = +6
 * @typedef {{layer: number, neuron: number, scale: number, resolution: number, values: Int8Array}} Fine 127 stands for `scale`
 * @typedef {{resolution: number, values: Uint8Array}} Classes the winner of each cell: class << 5 | level, from 0 (as likely as any) to 31
 * @typedef {{epoch: number, train: number, test: number}} HistoryPoint
 * @typedef {{layer: number, neuron: number | null, x1: number, x2: number, values: number[]}} Probe neuron null: each class's probability
 * @typedef {{train: Float32Array, test: Float32Array}} Points x1, x2, target of each point, one after another
 */

/**
 * @typedef {object} Frame
 * @property {number} frame its number, to be acknowledged
 * @property {number} revision of the state that it belongs to
 * @property {number} epoch finished epochs
 * @property {number} batch mini-batches done in the present epoch
 * @property {boolean} playing
 * @property {boolean} diverged
 * @property {number} trainLoss
 * @property {number} testLoss
 * @property {number | null} trainAccuracy 0 to 1; null where nothing is classified
 * @property {number | null} testAccuracy
 * @property {Fine} [fine]
 * @property {Classes} [classes] in place of `fine`: the whole output of several classes
 * @property {Grids} [coarse] the neurons of layer 1 to the output
 * @property {Float32Array} [parameters] the engine's flat vector
 * @property {{replace: boolean, points: HistoryPoint[]}} [history]
 * @property {Points} [points]
 * @property {Grids} [inputs] all inputs, in the catalogue's order
 * @property {Probe} [probe]
 */

/**
 * Read a frame. Arrays are views of the buffer, not copies.
 * @param {ArrayBuffer} buffer
 * @returns {Frame}
 * @throws {FrameError} it is cut off, of another version, or a section has a wrong size
 */
export function decodeFrame(buffer) {
  const view = new DataView(buffer);
  require(buffer.byteLength >= HEADER, `a frame has at least ${HEADER} bytes, this one ${buffer.byteLength}`);
  const version = view.getUint8(0);
  require(version === VERSION, `frames of version ${VERSION} are understood, this one is of version ${version}`);
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
  };
  let at = HEADER;
  while (at < buffer.byteLength) {
    require(at + SECTION <= buffer.byteLength, `the section at byte ${at} is cut off`);
    const [tag, a, b, c] = new Uint8Array(buffer, at, 4);
    const length = view.getUint32(at + 4, true);
    const start = at + SECTION;
    require(start + length <= buffer.byteLength, `section ${tag} at byte ${at} says ${length} bytes and is cut off`);
    READERS[tag]?.(frame, { buffer, view, start, length, a, b, c });
    at = start + Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  }
  return frame;
}

/** @typedef {{buffer: ArrayBuffer, view: DataView, start: number, length: number, a: number, b: number, c: number}} Section */

/** What each kind of section adds to a frame. An unknown kind is skipped. @type {Record<number, (frame: Frame, section: Section) => void>} */
const READERS = {
  [TAG.fine](frame, section) {
    const { view, start, a: layer, b: neuron, c: resolution, length } = section;
    const wanted = SCALE + resolution ** 2;
    require(length === wanted, `a fine grid of ${resolution} rows has ${wanted} bytes, not ${length}`);
    const scale = view.getFloat32(start, true);
    frame.fine = { layer, neuron, scale, ...grids({ ...section, start: start + SCALE, length: length - SCALE }) };
  },
  [TAG.coarse](frame, section) {
    frame.coarse = grids(section);
  },
  [TAG.inputs](frame, section) {
    frame.inputs = grids(section);
  },
  [TAG.parameters](frame, { buffer, start, length }) {
    require(length % 4 === 0, `parameters have 4 bytes each, not ${length} in all`);
    frame.parameters = new Float32Array(buffer, start, length / 4);
  },
  [TAG.history](frame, { view, start, length, a }) {
    require(length % HISTORY_POINT === 0, `points of the history have ${HISTORY_POINT} bytes each, not ${length} in all`);
    const points = [];
    for (let at = start; at < start + length; at += HISTORY_POINT) {
      points.push({
        epoch: view.getFloat64(at, true),
        train: view.getFloat64(at + 8, true),
        test: view.getFloat64(at + 16, true),
      });
    }
    frame.history = { replace: a === 1, points };
  },
  [TAG.points](frame, { buffer, view, start, length }) {
    require(length >= 8, `points begin with 8 bytes of counts, not ${length}`);
    const [train, test] = [view.getUint32(start, true), view.getUint32(start + 4, true)];
    const wanted = 8 + (train + test) * POINT * 4;
    require(length === wanted, `${train} + ${test} points have ${wanted} bytes, not ${length}`);
    frame.points = {
      train: new Float32Array(buffer, start + 8, train * POINT),
      test: new Float32Array(buffer, start + 8 + train * POINT * 4, test * POINT),
    };
  },
  [TAG.probe](frame, { view, start, length, a, b }) {
    require(length >= 24 && length % 8 === 0, `a probe has 24 bytes, or 8 more for each class, not ${length}`);
    const [x1, x2, ...values] = Array.from({ length: length / 8 }, (_, index) => view.getFloat64(start + 8 * index, true));
    frame.probe = { layer: a, neuron: b === WHOLE ? null : b, x1, x2, values };
  },
  [TAG.classes](frame, { buffer, start, length, c: resolution }) {
    require(resolution > 0 && length === resolution ** 2, `classes of ${resolution} rows have ${resolution ** 2} bytes, not ${length}`);
    frame.classes = { resolution, values: new Uint8Array(buffer, start, length) };
  },
};

/** @param {Section} section @returns {Grids} */
function grids({ buffer, start, length, c: resolution }) {
  const size = resolution ** 2;
  require(resolution > 0 && length % size === 0, `grids of ${resolution} rows have ${size} bytes each, not ${length} in all`);
  return { resolution, values: new Int8Array(buffer, start, length) };
}

/** @param {boolean} holds @param {string} otherwise */
function require(holds, otherwise) {
  if (!holds) throw new FrameError(otherwise);
}
