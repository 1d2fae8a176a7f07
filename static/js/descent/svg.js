// Elements of pictures.

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...(Element | string)} children */
export function draw(tag, attributes = {}, ...children) {
	const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
	element.append(...children);
	return element;
}

const MAX_PATH_COORDINATE = 9999; // pixels; a path that leaves the picture ends there

/** A line through places in pixels. @param {number[][]} places @returns {string} */
export const lineOf = (places) =>
	places.map((place, index) =>
		`${index === 0 ? "M" : "L"}${
			place.map((each) => Math.max(-MAX_PATH_COORDINATE, Math.min(MAX_PATH_COORDINATE, each)).toFixed(1)).join(" ")
		}`
	).join("");
