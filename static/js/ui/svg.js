// Elements of SVG.

const NAMESPACE = "http://www.w3.org/2000/svg";

/** Make an element. @param {string} tag @param {Record<string, string | number>} [attributes] @param {...(Element | string)} children */
export function draw(tag, attributes = {}, ...children) {
	const element = document.createElementNS(NAMESPACE, tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
	element.append(...children);
	return element;
}
