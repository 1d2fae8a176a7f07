// Sanitizes the HTML of lessons: copies the elements that lessons may have, and of all others only their content.
import { h } from "../ui/dom.js";
import { createMathElement } from "../ui/mathml.js";

const TAGS = new Set("p h3 h4 h5 h6 strong em code pre ul ol li blockquote table thead tbody tr th td br hr".split(" "));
const MATH = new Set("math mrow mi mn mo mtext msup msub msubsup mfrac msqrt mover munder munderover".split(" "));

/** Return the sanitized nodes of a text in HTML. @param {string} html @returns {Node[]} */
export function richHtml(html) {
	return sanitizeChildren(new DOMParser().parseFromString(html, "text/html").body);
}

/** @param {Node} node */
const sanitizeChildren = (node) => [...node.childNodes].flatMap(sanitize);

/** @param {Node} node @returns {Node[]} */
function sanitize(node) {
	if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
	if (!(node instanceof Element)) return [];
	const tag = node.localName;
	if (tag === "a") return [sanitizeLink(node)];
	if (MATH.has(tag)) return [sanitizeMath(node)];
	if (!TAGS.has(tag)) return sanitizeChildren(node);
	return [h(/** @type {"p"} */ (tag), tag === "ol" ? { start: node.getAttribute("start") ?? undefined } : {}, ...sanitizeChildren(node))];
}

/** @param {Element} node */
function sanitizeMath(node) {
	const element = createMathElement(node.localName);
	if (node.getAttribute("display") === "block") element.setAttribute("display", "block");
	element.append(...sanitizeChildren(node));
	return element;
}

/** Return a link to a lesson, a set-up or another site; for any other address, a span with its content. @param {Element} node */
function sanitizeLink(node) {
	const href = node.getAttribute("href") ?? "";
	const isWeb = /^https?:\/\//.test(href);
	if (!isWeb && !href.startsWith("#")) return h("span", {}, ...sanitizeChildren(node));
	return h("a", isWeb ? { href, rel: "noopener noreferrer", target: "_blank" } : { href }, ...sanitizeChildren(node));
}
