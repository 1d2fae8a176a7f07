// Pictures as text of SVG: on white, in the colours of the light theme, for print.

/** @type {Record<string, string>} */
const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** A text as it stands in SVG: nothing in it is markup, and no character is one that XML forbids. @param {unknown} text */
export const escaped = (text) => String(text).replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD").replace(/[&<>"']/g, (sign) => SIGNS[sign]);

/** An element. @param {string} tag @param {Record<string, string | number>} attributes @param {string[]} children text of SVG */
export function element(tag, attributes, ...children) {
	const listed = Object.entries(attributes).map(([name, value]) =>
		` ${name}="${escaped(typeof value === "number" ? Number(value.toFixed(2)) : value)}"`
	);
	return `<${tag}${listed.join("")}>${children.join("")}</${tag}>`;
}

/** A line of text. @param {string} text @param {number} x @param {number} y @param {Record<string, string | number>} [attributes] */
export const words = (text, x, y, attributes = {}) => element("text", { x, y, ...attributes }, escaped(text));

/** A whole picture. @param {number} width @param {number} height @param {string} title @param {string[]} parts @returns {Picture} */
export function picture(width, height, title, ...parts) {
	const svg = element(
		"svg",
		{
			xmlns: "http://www.w3.org/2000/svg",
			width,
			height,
			viewBox: `0 0 ${width} ${height}`,
			"font-family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', 'Noto Sans CJK TC', sans-serif",
			"font-size": 16,
			fill: "#1e2427",
		},
		element("title", {}, escaped(title)),
		element("rect", { width, height, fill: "#ffffff" }),
		...parts,
	);
	return { svg: `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`, width, height };
}

/** The path through places. @param {number[][]} places x and y each */
export const pathOf = (places) => places.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** A straight line. @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {Record<string, string | number>} [attributes] */
export const line = (x1, y1, x2, y2, attributes = {}) => element("line", { x1, y1, x2, y2, stroke: "#7f8a90", ...attributes });
