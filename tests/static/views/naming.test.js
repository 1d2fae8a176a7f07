import assert from "node:assert/strict";
import test from "node:test";
import { featureText, nodeName } from "../../../static/js/views/naming.js";
import { createI18n } from "../../../static/js/ui/i18n.js";
import { facts } from "../support/facts.js";

const { catalogue } = facts();
const words = {
	"readout.node.input": "input {input}",
	"readout.node.hidden": "neuron {neuron} of layer {layer}",
	"readout.node.output": "output",
	"classes.name": "class {index}",
};
const i18n = createI18n({ locale: "en", words });
const name = (layer, neuron, shape) => nodeName(i18n, { layer, neuron }, shape, catalogue.features);

test("every input has a name of its own that is not its field", () => {
	const names = catalogue.features.map(featureText);
	assert.equal(new Set(names).size, names.length);
	for (const [index, each] of names.entries()) assert.notEqual(each, catalogue.features[index]);
});

test("an input is numbered as in the catalogue, a neuron from one", () => {
	assert.equal(name(0, 1, [2, 4, 1]), "input x₂");
	assert.equal(name(1, 0, [2, 4, 1]), "neuron 1 of layer 1");
});

test("the last layer is the output, or a class of several", () => {
	assert.equal(name(2, 0, [2, 4, 1]), "output");
	assert.equal(name(2, 2, [2, 4, 3]), "class 2");
	assert.equal(name(2, null, [2, 4, 3]), "output");
});
