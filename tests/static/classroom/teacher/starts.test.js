import assert from "node:assert/strict";
import test from "node:test";
import { parseStart, startText } from "../../../../static/js/classroom/teacher/starts.js";
import { loadCodes } from "../../../../static/js/link/url.js";
import { createI18n } from "../../../../static/js/ui/i18n.js";
import { facts } from "../../support/facts.js";
import { wordsOf } from "../../support/words.js";

const { catalogue } = facts();
await loadCodes("points=");

test("a start is read from a whole link or its hash, and nonsense is none", () => {
	assert.deepEqual(parseStart("http://host:8000/#dataset=xor&networkShape=3", catalogue), {
		config: { dataset: "xor", hidden_layers: [3] },
	});
	assert.deepEqual(parseStart("learningRate=0.1&speed=max", catalogue), { config: { learning_rate: 0.1 }, speed: null });
	for (const text of ["", "hello", "http://host/", "http://host/#Ab.cd", "#a=b"]) assert.equal(parseStart(text, catalogue), null, text);
});

test("a start with images is described by its problem and layers, not by what the plane has", () => {
	const i18n = createI18n({ locale: "en", words: wordsOf("en") });
	const plane = { dataset: "circle", features: ["x1"], hidden_layers: [4, 2] };
	const images = parseStart("#problem=images&layers=conv-4,max_pool,dense-16&activation=relu", catalogue);
	assert.equal(startText(i18n, plane), "Dataset Circle · Inputs x₁ · Hidden layers 4–2");
	assert.equal(
		startText(i18n, { ...plane, ...images?.config }),
		"Problem type Handwriting · Layer types Conv 4–Dense 16 · Activation ReLU",
	);
});
