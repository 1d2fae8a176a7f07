// Elements of SVG.

const NAMESPACE = "http://www.w3.org/2000/svg";

/** Return a new element with attributes and children. @param {string} tag @param {Record<string, string | number>} [attributes] @param {...(Element | string)} children */
export function createSvg(tag, attributes = {}, ...children) {
	const element = document.createElementNS(NAMESPACE, tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
	element.append(...children);
	return element;
}
