// Formulas with real numbers, as MathML and as spoken text, since few screen readers read MathML well.
import { brief } from "./numbers.js";
import { createMathElement, formula as written, sign } from "../ui/mathml.js";

/** A part of a formula and its spoken text; `apart`: it is a sum or begins with a minus sign, and needs parentheses as a factor. @typedef {{node: Element, speech: string, apart?: boolean}} MathPart */

const SIGNIFICANT_DIGITS = 3;

/** Return functions that build parts of formulas. @param {I18n} i18n */
export function createMath(i18n) {
	const spoken = (/** @type {string} */ name, /** @type {Record<string, string>} */ places = {}) => i18n.t(`inside.say.${name}`, places);

	/** @param {string} between @param {string} name @param {MathPart[]} parts @returns {MathPart} */
	const join = (between, name, parts) => ({
		node: createMathElement(
			"mrow",
			...parts.flatMap(({ node }, index) => (index === 0 ? [node] : [createMathElement("mo", between), node])),
		),
		speech: parts.map(({ speech }) => speech).join(` ${spoken(name)} `),
	});

	/** @param {MathPart} part @returns {MathPart} */
	const inParentheses = (part) => ({
		node: createMathElement("mrow", createMathElement("mo", "("), part.node, createMathElement("mo", ")")),
		speech: part.speech,
	});
	/** Return a part as a factor, in parentheses if it needs them. @param {MathPart} part */
	const factor = (part) => (part.apart ? inParentheses(part) : part);

	const math = {
		/** @param {number | null | undefined} value @returns {MathPart} */
		number(value) {
			return {
				node: createMathElement("mn", brief(value, i18n, SIGNIFICANT_DIGITS)),
				speech: brief(value, i18n, SIGNIFICANT_DIGITS),
				apart: Number(value) < 0,
			};
		},
		/** Return a part for a formatted number. @param {string} text @returns {{node: Element, speech: string}} */
		formattedNumber: (text) => ({ node: createMathElement("mn", text), speech: text }),
		/** Return a letter, with an index below if one is given. @param {string} letter @param {string} [below] @returns {MathPart} */
		name(letter, below) {
			const base = createMathElement("mi", letter);
			return below === undefined
				? { node: base, speech: spoken(letter) === `inside.say.${letter}` ? letter : spoken(letter) }
				: { node: createMathElement("msub", base, createMathElement("mn", below)), speech: `${math.name(letter).speech} ${below}` };
		},
		/** @param {string} letter @returns {MathPart} an estimate or a normalized value */
		hat: (letter) => ({
			node: createMathElement("mover", sign(letter), createMathElement("mo", "^")),
			speech: `${letter} ${spoken("hat")}`,
		}),
		/** ∂a/∂b @param {string} above @param {string} below @returns {MathPart} */
		derivative: (above, below) => ({
			node: createMathElement(
				"mfrac",
				createMathElement("mrow", createMathElement("mo", "∂"), sign(above)),
				createMathElement("mrow", createMathElement("mo", "∂"), sign(below)),
			),
			speech: spoken("derivative", { above, below }),
		}),
		/** @param {MathPart[]} parts @returns {MathPart} */
		product: (...parts) => ({ ...join("·", "times", parts.map(factor)), apart: Boolean(parts[0].apart) && parts.length === 1 }),
		/** @param {MathPart[]} parts @returns {MathPart} */
		sum: (...parts) => ({ ...join("+", "plus", parts.map((part, index) => (index > 0 ? factor(part) : part))), apart: parts.length > 1 }),
		/** @param {MathPart} a @param {MathPart} b @returns {MathPart} */
		difference: (a, b) => ({ ...join("−", "minus", [a, factor(b)]), apart: true }),
		/** The sum of a term over all its values of an index. @param {string} index @param {MathPart} term @returns {MathPart} */
		sumOver: (index, term) => ({
			node: createMathElement("mrow", createMathElement("msub", sign("Σ"), sign(index)), term.node),
			speech: `${spoken("sumOver", { index })} ${term.speech}`,
		}),
		/** @param {MathPart} a @param {MathPart} b @returns {MathPart} */
		fraction: (a, b) => ({ node: createMathElement("mfrac", a.node, b.node), speech: `${a.speech} ${spoken("over")} ${b.speech}` }),
		/** @param {MathPart} part @returns {MathPart} */
		root: (part) => ({ node: createMathElement("msqrt", part.node), speech: `${spoken("root")} ${part.speech}` }),
		/** @param {MathPart} part @param {MathPart} exponent @returns {MathPart} */
		power: (part, exponent) => ({
			node: createMathElement("msup", factor(part).node, exponent.node),
			speech: exponent.speech === "2" ? `${part.speech} ${spoken("squared")}` : `${part.speech} ${spoken("power")} ${exponent.speech}`,
		}),
		/** @param {string} name @param {MathPart} part @returns {MathPart} */
		call: (name, part) => ({
			node: createMathElement("mrow", sign(name), inParentheses(part).node),
			speech: spoken("of", { name, part: part.speech }),
		}),
		/** @param {MathPart} part @returns {MathPart} */
		negative: (part) => ({
			node: createMathElement("mrow", createMathElement("mo", "−"), factor(part).node),
			speech: `${spoken("minus")} ${part.speech}`,
			apart: true,
		}),
		within: inParentheses,
		/** Return a part with an operator before it. @param {"=" | "+" | "−" | "≈" | "←"} mark @param {MathPart} part @returns {MathPart} */
		withSign(mark, part) {
			const name = { "=": "equals", "+": "plus", "−": "minus", "≈": "about", "←": "to" }[mark];
			const body = ["=", "≈", "←"].includes(mark) ? part : factor(part);
			const operator = createMathElement("mo", mark);
			operator.setAttribute("form", "infix"); // with its spaces, though it begins a line
			return { node: createMathElement("mrow", operator, body.node), speech: `${spoken(name)} ${body.speech}` };
		},
		/** Return the terms of a sum, each but the first with "+" before it, between which a line may break. @param {MathPart[]} parts */
		terms: (parts) => parts.map((part, index) => (index === 0 ? part : math.withSign("+", part))),
		/** Return a part followed by a remark. @param {MathPart} part @param {string} text @returns {MathPart} */
		remark: (part, text) => ({
			...part,
			node: createMathElement("mrow", factor(part).node, createMathElement("mtext", ` ${text}`)),
			speech: `${part.speech} ${text}`,
			apart: false,
		}),
		/** Text among the pieces. @param {string} text @returns {MathPart} */
		text: (text) => ({ node: createMathElement("mtext", text), speech: text }),
	};
	return math;
}

/** Return the element of a formula; a line may break between its pieces. @param {MathPart[]} pieces */
export const formula = (...pieces) => written(pieces.map(({ speech }) => speech).join(" "), ...pieces.map(({ node }) => node));
