// Formulas as MathML, with a spoken text for screen readers, since few read MathML well.
import { h } from "./dom.js";

/** @typedef {Element | string | number} MathPart a number is written in the visitor's language, a text as a name or an operator */

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";
const OPERATOR = /^[^\p{L}\p{N}]+$/u;

/** An element of MathML with copies of its parts, since one may stand in several places. @param {string} tag @param {(Element | string)[]} parts */
export function createMathElement(tag, ...parts) {
	const element = document.createElementNS(NAMESPACE, tag);
	element.append(...parts.map((part) => (typeof part === "string" ? part : /** @type {Element} */ (part.cloneNode(true)))));
	return element;
}

/** A name or an operator: a letter of more than one sign is set upright by itself. @param {string} text */
export const sign = (text) => createMathElement(OPERATOR.test(text) ? "mo" : "mi", text);

/** The parts of formulas. @param {(value: number) => string} write how a number is written */
export function createMath(write) {
	/** @param {MathPart} part @returns {Element} */
	const leaf = (part) => {
		if (typeof part === "number") return number(part);
		return typeof part === "string" ? sign(part) : part;
	};

	/** A number: with a power of ten, if `write` gives one as in 1.2×10⁻³. @param {number} value */
	function number(value) {
		const [front, power] = write(value).split("e");
		if (power === undefined) return createMathElement("mn", front);
		return row(
			createMathElement("mn", front),
			"×",
			createMathElement("msup", createMathElement("mn", "10"), createMathElement("mn", power.replace("-", "−"))),
		);
	}

	/** @param {MathPart[]} parts */
	const row = (...parts) => createMathElement("mrow", ...parts.map(leaf));
	/** @param {string} tag @returns {(...parts: MathPart[]) => Element} */
	const joined = (tag) => (...parts) => createMathElement(tag, ...parts.map(leaf));

	return {
		row,
		sub: joined("msub"),
		sup: joined("msup"),
		fraction: joined("mfrac"),
		root: joined("msqrt"),
		/** A name with a hat: an estimate. @param {string} name */
		hat: (name) => joined("mover")(name, "^"),
		/** In parentheses. @param {MathPart[]} parts */
		within: (...parts) => row("(", ...parts, ")"),
		/** A number as a factor: in parentheses if it is negative. @param {number} value */
		factor: (value) => (value < 0 ? row("(", value, ")") : leaf(value)),
	};
}

/**
 * A formula: its pieces, between which a line may end, and what a screen reader says.
 * @param {string} spoken @param {Element[]} pieces
 */
export function formula(spoken, ...pieces) {
	return h(
		"p",
		{ class: "formula" },
		h("span", { class: "visually-hidden", text: spoken }),
		h("span", { class: "pieces", "aria-hidden": "true" }, ...pieces.map((piece) => createMathElement("math", piece))),
	);
}
