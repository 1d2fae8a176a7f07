// Builds pictures as SVG text: on white, in the colours of the light theme, for print.

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Fonts of each language, the systems' own; Latin ones stand first, as those for Chinese have Latin letters of their own. */
const LATIN_FONTS = "'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans'";
/** @type {Record<string, string>} */
const CHINESE_FONTS = {
	"zh-CN": "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang TC', 'Noto Sans CJK TC'",
	"zh-TW": "'PingFang TC', 'Microsoft JhengHei', 'Noto Sans CJK TC', 'Noto Sans TC', 'PingFang SC', 'Noto Sans CJK SC'",
};

export const INK = "#1e2427";
export const QUIET = "#57636a";
export const EDGE = "#7f8a90";

/** Escape a text for XML; characters that XML forbids are replaced. @param {unknown} text */
export const escapeXml = (text) =>
	String(text).replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD").replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

/** Return an element as text. @param {string} tag @param {Record<string, string | number>} attributes @param {string[]} children text of SVG */
export function element(tag, attributes, ...children) {
	const listed = Object.entries(attributes).map(([name, value]) =>
		` ${name}="${escapeXml(typeof value === "number" ? Number(value.toFixed(2)) : value)}"`
	);
	return `<${tag}${listed.join("")}>${children.join("")}</${tag}>`;
}

/** Return a line of text at a position. @param {string} text @param {number} x @param {number} y @param {Record<string, string | number>} [attributes] */
export const textElement = (text, x, y, attributes = {}) => element("text", { x, y, ...attributes }, escapeXml(text));

/** Return a group of parts, moved by x and y. @param {number} x @param {number} y @param {string[]} parts */
export const translated = (x, y, ...parts) => element("g", { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, ...parts);

/** Return a complete picture. @param {{width: number, height: number, title: string, locale: string}} options @param {string[]} parts @returns {Picture} */
export function svgPicture({ width, height, title, locale }, ...parts) {
	const svg = element(
		"svg",
		{
			xmlns: "http://www.w3.org/2000/svg",
			width,
			height,
			viewBox: `0 0 ${width.toFixed(0)} ${height.toFixed(0)}`,
			"xml:lang": locale,
			"font-family": `${LATIN_FONTS}, ${CHINESE_FONTS[locale] ?? CHINESE_FONTS["zh-CN"]}, sans-serif`,
			"font-size": 16,
			fill: INK,
		},
		element("title", {}, escapeXml(title)),
		element("rect", { width, height, fill: "#ffffff" }),
		...parts,
	);
	return { svg: `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`, width, height };
}

/** Return the path data through points. @param {number[][]} places x and y each */
export const pathOf = (places) => places.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** Return a straight line. @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {Record<string, string | number>} [attributes] */
export const line = (x1, y1, x2, y2, attributes = {}) => element("line", { x1, y1, x2, y2, stroke: EDGE, ...attributes });
