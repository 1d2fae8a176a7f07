// The texts of lessons: elements made anew from the server's HTML, of the kinds that a lesson may have and no others.
import { h } from "../ui/dom.js";
import { make } from "../ui/mathml.js";

const TAGS = new Set("p h3 h4 h5 h6 strong em code pre ul ol li blockquote table thead tbody tr th td br hr".split(" "));
const MATH = new Set("math mrow mi mn mo mtext msup msub msubsup mfrac msqrt mover munder munderover".split(" "));

/** @param {string} html @returns {Node[]} */
export function richHtml(html) {
	return copies(new DOMParser().parseFromString(html, "text/html").body);
}

/** @param {Node} node */
const copies = (node) => [...node.childNodes].flatMap(copy);

/** @param {Node} node @returns {Node[]} */
function copy(node) {
	if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
	if (!(node instanceof Element)) return [];
	const tag = node.localName;
	if (tag === "a") return [link(node)];
	if (MATH.has(tag)) return [math(node)];
	if (!TAGS.has(tag)) return copies(node);
	return [h(/** @type {"p"} */ (tag), tag === "ol" ? { start: node.getAttribute("start") ?? undefined } : {}, ...copies(node))];
}

/** @param {Element} node */
function math(node) {
	const element = make(node.localName);
	if (node.getAttribute("display") === "block") element.setAttribute("display", "block");
	element.append(...copies(node));
	return element;
}

/** A link: to a lesson, to a set-up, or to another site. @param {Element} node */
function link(node) {
	const href = node.getAttribute("href") ?? "";
	const isWeb = /^https?:\/\//.test(href);
	if (!isWeb && !href.startsWith("#")) return h("span", {}, ...copies(node));
	return h("a", isWeb ? { href, rel: "noopener noreferrer", target: "_blank" } : { href }, ...copies(node));
}
