// Names of nodes and inputs, as text and as mathematics.
import { h } from "../ui/dom.js";

/** Each input as plain text. @type {Record<string, string>} */
const PLAIN_NAMES = {
	x1: "x₁",
	x2: "x₂",
	x1_squared: "x₁²",
	x2_squared: "x₂²",
	x1_x2: "x₁x₂",
	sin_x1: "sin x₁",
	sin_x2: "sin x₂",
	cos_x1: "cos x₁",
	cos_x2: "cos x₂",
	x1_cubed: "x₁³",
	x2_cubed: "x₂³",
	x1_plus_x2: "x₁ + x₂",
};

/** Each input as mathematics: letters slanted, figures and functions upright. @type {Record<string, (string | string[])[]>} */
const NAME_PARTS = {
	x1: [["x", "1"]],
	x2: [["x", "2"]],
	x1_squared: [["x", "1", "2"]],
	x2_squared: [["x", "2", "2"]],
	x1_x2: [["x", "1"], ["x", "2"]],
	sin_x1: ["sin ", ["x", "1"]],
	sin_x2: ["sin ", ["x", "2"]],
	cos_x1: ["cos ", ["x", "1"]],
	cos_x2: ["cos ", ["x", "2"]],
	x1_cubed: [["x", "1", "3"]],
	x2_cubed: [["x", "2", "3"]],
	x1_plus_x2: [["x", "1"], " + ", ["x", "2"]],
};

/** Return the name of an input as plain text. @param {string} name */
export const featureText = (name) => PLAIN_NAMES[name] ?? name;

/** Return the name of an input as mathematics. @param {string} name @returns {HTMLElement} */
export function featureMath(name) {
	const label = h("span", { class: "math", "aria-hidden": "true" });
	for (const part of NAME_PARTS[name] ?? [name]) {
		if (typeof part === "string") {
			label.append(h("span", { class: "upright", text: part }));
			continue;
		}
		const [letter, below, above] = part;
		label.append(letter, h("sub", { text: below }));
		if (above) label.append(h("sup", { text: above }));
	}
	return label;
}

/**
 * Return the name of a node.
 * @param {{t: Function}} i18n
 * @param {{layer: number, neuron: number | null}} node layer 0: an input, in the catalogue's order; neuron null: the whole output
 * @param {number[]} shape @param {string[]} features all inputs, in the catalogue's order
 */
export function nodeName(i18n, { layer, neuron }, shape, features) {
	if (layer === 0) return i18n.t("readout.node.input", { input: featureText(features[Number(neuron)]) });
	if (layer >= shape.length - 1) {
		return shape[layer] > 1 && neuron !== null ? i18n.t("classes.name", { index: neuron }) : i18n.t("readout.node.output");
	}
	return i18n.t("readout.node.hidden", { neuron: Number(neuron) + 1, layer });
}
