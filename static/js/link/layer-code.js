// Layers of all kinds and digits drawn by hand as text in a link. Whether a layer fits is for the server to say.

/** The values of each kind in the order in which a link has them, each with its default. @type {Record<string, [string, unknown][]>} */
const LAYER_FIELDS = {
	conv: [["filters", null], ["size", 3], ["stride", 1], ["padding", "same"], ["activation", null]],
	max_pool: [["size", 2], ["stride", null]],
	average_pool: [["size", 2], ["stride", null]],
	flatten: [],
	dense: [["neurons", null], ["activation", null]],
	dropout: [["rate", null]],
	batch_norm: [["before_activation", false]],
	layer_norm: [["before_activation", false]],
	residual: [["layers", 2], ["projection", true]],
};
const DRAWING = /^(\d)([ab])([0-9a-g]{64})$/;
const DRAWING_USES = { a: "train", b: "test" };
const MAX_ENTRIES = 65;
/** More drawings make a link too long to share. */
export const MAX_LINK_DRAWINGS = 12;

/** Such as conv-8,max_pool,dense-32-relu. @param {Record<string, unknown>[]} layers */
export const encodeLayers = (layers) =>
	layers.map((layer) => {
		const kind = String(layer.kind);
		const values = (LAYER_FIELDS[kind] ?? []).map((
			[name, byDefault],
		) => (layer[name] === byDefault || layer[name] === null ? "" : layer[name]));
		return [kind, ...values].join("-").replace(/-+$/, "");
	}).join();

/** @param {string} text */
const parseValue = (text) => (/^[\d.]+$/.test(text) ? Number(text) : /^(true|false)$/.test(text) ? text === "true" : text);

/** Decode layers. @param {string} text @returns {{kind: string}[] | null} null if it cannot be read */
export function decodeLayers(text) {
	const layers = text.split(",", MAX_ENTRIES + 1).map((part) => {
		const [kind, ...values] = part.trim().split("-");
		const fields = Object.hasOwn(LAYER_FIELDS, kind) ? LAYER_FIELDS[kind] : null;
		if (!fields || values.length > fields.length) return null;
		return { kind, ...Object.fromEntries(values.flatMap((value, at) => (value === "" ? [] : [[fields[at][0], parseValue(value)]]))) };
	});
	return layers.length <= MAX_ENTRIES && layers.every(Boolean) ? /** @type {{kind: string}[]} */ (layers) : null;
}

/** Encode drawings. @param {Config["drawings"]} drawings @returns {string | undefined} undefined: none, or too many */
export const encodeDrawings = (drawings = []) =>
	drawings.length === 0 || drawings.length > MAX_LINK_DRAWINGS
		? undefined
		: drawings.map(({ label, use, pixels }) => `${label}${use === "train" ? "a" : "b"}${pixels.map((each) => each.toString(17)).join("")}`)
			.join();

/** Decode drawings. @param {string} text @returns {Config["drawings"] | null} null if it cannot be read */
export function decodeDrawings(text) {
	const found = text.split(",", MAX_LINK_DRAWINGS + 1).map((part) => DRAWING.exec(part.trim()));
	if (found.length > MAX_LINK_DRAWINGS || !found.every((each) => each && /[^0]/.test(each[3]))) return null;
	return found.map((each) => {
		const [, label, use, pixels] = /** @type {RegExpExecArray} */ (each);
		return {
			label: Number(label),
			pixels: [...pixels].map((digit) => parseInt(digit, 17)),
			use: DRAWING_USES[/** @type {"a" | "b"} */ (use)],
		};
	});
}
