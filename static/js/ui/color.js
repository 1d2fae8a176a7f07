// The colour maps: for numbers, from orange (negative) over grey to blue (positive); for classes, Okabe and Ito's eight colours.

/** @typedef {"light" | "dark"} Theme */
/** @typedef {[number, number, number]} Rgb red, green, blue, 0 to 255 */
/** The middle depends on the theme. @type {Record<Theme, {negative: Rgb, zero: Rgb, positive: Rgb}>} */
const ENDS = {
	light: { negative: [0xf5, 0x93, 0x22], zero: [0xe8, 0xea, 0xeb], positive: [0x08, 0x77, 0xbd] },
	dark: { negative: [0xf5, 0x93, 0x22], zero: [0x34, 0x3b, 0x3f], positive: [0x08, 0x77, 0xbd] },
};

/** Colours that colour-blind people can tell apart; those nearest to the ends of the number map come first. @type {Rgb[]} */
const CLASSES = [
	[0xe6, 0x9f, 0x00],
	[0x00, 0x72, 0xb2],
	[0x00, 0x9e, 0x73],
	[0xcc, 0x79, 0xa7],
	[0x56, 0xb4, 0xe9],
	[0xd5, 0x5e, 0x00],
	[0xf0, 0xe4, 0x42],
	[0x00, 0x00, 0x00],
];
const LIGHT_BLACK = /** @type {Rgb} */ ([0xe3, 0xe8, 0xea]); // instead of black in the dark theme
/** How much of the class's colour stands where it is certain, so that points stand out, and how much of that where all classes are equally likely. */
const [MAX_TINT, MIN_RELATIVE_TINT] = [0.7, 0.1];
const MAX_CERTAINTY_LEVEL = 31; // of the winner's probability

/** @param {Rgb} from @param {Rgb} to @param {number} fraction of `to` @returns {Rgb} */
function mixColors(from, to, fraction) {
	const [red, green, blue] = from.map((start, index) => Math.round(start + (to[index] - start) * fraction));
	return [red, green, blue];
}

/** A pixel of ImageData as a little-endian number. @param {Rgb} rgb */
const pixel = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** @param {Rgb} rgb */
const css = (rgb) => `rgb(${rgb.join(", ")})`;

/** @param {ArrayLike<number>} values indices into `colours` less `shift` @param {{data: Uint8ClampedArray}} image @param {Uint32Array} colours @param {number} shift */
function fill(values, image, colours, shift) {
	const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, image.data.length / 4);
	const count = Math.min(values.length, pixels.length);
	for (let i = 0; i < count; i += 1) pixels[i] = colours[values[i] + shift];
}

/** Where a number from -1 to 1 is in a table. @param {number} value */
const tableIndex = (value) => Math.round(Math.max(-1, Math.min(1, Number.isNaN(value) ? 0 : value)) * 127) + 128;

/** The pixel of an opaque colour as a browser computes it: rgb(…) with three numbers. @param {string} text */
export function pixelOf(text) {
	const [red, green, blue] = (text.match(/[\d.]+/g) ?? []).map(Number);
	return pixel([red ?? 255, green ?? 255, blue ?? 255]);
}

/** @param {(value: number) => Rgb} colour of a number from -1 to 1 @returns {ColorMap} */
function createMap(colour) {
	const table = new Uint32Array(256);
	const discretized = new Uint32Array(256);
	/** @type {string[]} */
	const names = [];
	for (let value = -128; value < 128; value += 1) {
		const rgb = colour(Math.max(value / 127, -1));
		table[value + 128] = pixel(rgb);
		discretized[value + 128] = pixel(colour(value < 0 ? -1 : 1));
		names.push(css(rgb));
	}
	return {
		table,
		discretized,
		css: (value) => names[tableIndex(value)],
		pixel: (value) => table[tableIndex(value)],
		paint(values, image, discretize = false, scale = 1) {
			fill(values, image, discretize ? discretized : scaled(table, Math.min(scale, 1)), 128);
		},
	};
}

/** Return the colour map of numbers from -1 to 1. @param {Theme} theme @returns {ColorMap} */
export function createColorMap(theme) {
	const { negative, zero, positive } = ENDS[theme];
	return createMap((value) => mixColors(zero, value < 0 ? negative : positive, Math.abs(value)));
}

/** The colours of several classes. @param {Theme} theme @returns {ClassColors} */
export function createClassColors(theme) {
	const { zero } = ENDS[theme];
	const colours = theme === "dark" ? [...CLASSES.slice(0, -1), LIGHT_BLACK] : CLASSES;
	const at = (/** @type {number} */ index) => colours[index] ?? zero;
	const places = Array.from(
		{ length: 256 },
		(_, value) =>
			mixColors(
				zero,
				at(value >> 5),
				MAX_TINT * (MIN_RELATIVE_TINT + (1 - MIN_RELATIVE_TINT) * ((value & MAX_CERTAINTY_LEVEL) / MAX_CERTAINTY_LEVEL)),
			),
	);
	const table = Uint32Array.from(places, pixel);
	const flat = table.map((_, value) => table[value | MAX_CERTAINTY_LEVEL]);
	/** @type {ColorMap[]} */
	const maps = [];
	return {
		css: (index) => css(at(index)),
		ink: (index) => (luminance(at(index)) > 0.18 ? "#101416" : "#ffffff"),
		isLight: (index) => luminance(at(index)) > 0.7,
		map: (index) => (maps[index] ??= createMap((value) => mixColors(zero, at(index), (MAX_TINT * (value + 1)) / 2))),
		paint: (winners, image, discretize = false) => fill(winners, image, discretize ? flat : table, 0),
	};
}

/** Relative luminance, 0 to 1 (WCAG). @param {Rgb} rgb */
export function luminance(rgb) {
	const [red, green, blue] = rgb.map((each) => (each <= 10 ? each / 3294.6 : ((each / 255 + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The table for values where 127 stands for `scale`. @param {Uint32Array} table @param {number} scale */
const scaled = (table, scale) => (scale === 1 ? table : table.map((_, index) => table[Math.round((index - 128) * scale) + 128]));
