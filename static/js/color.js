// The one colour map: orange is negative, blue is positive, near-grey is zero.

/** @typedef {"light" | "dark"} Theme */
/** @typedef {[number, number, number]} Rgb red, green, blue, 0 to 255 */

/** On dark the middle darkens and the ends stay. @type {Record<Theme, {negative: Rgb, zero: Rgb, positive: Rgb}>} */
const ENDS = {
  light: { negative: [0xf5, 0x93, 0x22], zero: [0xe8, 0xea, 0xeb], positive: [0x08, 0x77, 0xbd] },
  dark: { negative: [0xf5, 0x93, 0x22], zero: [0x34, 0x3b, 0x3f], positive: [0x08, 0x77, 0xbd] },
};

/** @param {Rgb} from @param {Rgb} to @param {number} share @returns {Rgb} */
function mix(from, to, share) {
  const [red, green, blue] = from.map((start, index) => Math.round(start + (to[index] - start) * share));
  return [red, green, blue];
}

/** A pixel as ImageData holds it, read as one little-endian number. @param {Rgb} rgb */
const pixel = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/**
 * @param {Theme} theme
 * @returns {{table: Uint32Array, discretized: Uint32Array, css: (value: number) => string,
 *   paint: (values: Int8Array, image: {data: Uint8ClampedArray}, discretize?: boolean, scale?: number) => void}}
 *   `table`: the pixel of each signed 8-bit value, at the value + 128; `discretized`: the same with two colours, by sign
 */
export function createColorMap(theme) {
  const { negative, zero, positive } = ENDS[theme];
  const table = new Uint32Array(256);
  const discretized = new Uint32Array(256);
  /** @type {string[]} */
  const names = [];
  for (let value = -128; value < 128; value += 1) {
    const share = Math.min(Math.abs(value) / 127, 1);
    const rgb = mix(zero, value < 0 ? negative : positive, share);
    table[value + 128] = pixel(rgb);
    discretized[value + 128] = pixel(value < 0 ? negative : positive);
    names.push(`rgb(${rgb.join(", ")})`);
  }

  return {
    table,
    discretized,

    /** The colour of a number, clipped at -1 and 1. */
    css(value) {
      const clipped = Math.max(-1, Math.min(1, Number.isNaN(value) ? 0 : value));
      return names[Math.round(clipped * 127) + 128];
    },

    /** Paint 8-bit values, one for each pixel of the image; 127 stands for `scale`, at most 1. */
    paint(values, image, discretize = false, scale = 1) {
      const colours = discretize ? discretized : scaled(table, scale);
      const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, image.data.length / 4);
      const count = Math.min(values.length, pixels.length);
      for (let i = 0; i < count; i += 1) pixels[i] = colours[values[i] + 128];
    },
  };
}

/** The table for values of which 127 stands for `scale`. @param {Uint32Array} table @param {number} scale */
const scaled = (table, scale) => (scale === 1 ? table : table.map((_, index) => table[Math.round((index - 128) * scale) + 128]));
