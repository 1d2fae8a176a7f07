import assert from "node:assert/strict";
import { test } from "node:test";
import { createMath, formula } from "../../../static/js/inside/equation.js";
import { createApply } from "../../../static/js/inside/point-apply.js";
import { neighboursOf } from "../../../static/js/inside/neighbourhood.js";
import { createStations } from "../../../static/js/inside/point-station.js";
import { createUpdateLines, updateOf } from "../../../static/js/inside/update-lines.js";
import { parametersOf } from "../../../static/js/inside/point-update.js";
import { brightestPixel, layersOf, stationsOf } from "../../../static/js/inside/walk.js";
import { inDocument } from "../support/dom.js";
import { EACH_STEP } from "../support/steps.js";
import { wordsOf } from "../support/words.js";
import { createI18n } from "../../../static/js/ui/i18n.js";

const i18n = createI18n({ locale: "en", words: wordsOf("en") });
const DIGITS = { "⁻": "-", "⁰": 0, "¹": 1, "²": 2, "³": 3, "⁴": 4, "⁵": 5, "⁶": 6, "⁷": 7, "⁸": 8, "⁹": 9 };

/** A shown number. @param {string} text */
function read(text) {
	const [front, power = "0"] = text.replace("−", "-").replaceAll(",", "").split("×10");
	return Number(front) * 10 ** Number([...power].map((each) => DIGITS[/** @type {"²"} */ (each)] ?? each).join(""));
}

/** MathML as JavaScript; letters and names of functions cannot be read. @param {any} node @returns {string} */
function code(node) {
	const parts = (node.children ?? []).map(code);
	switch (node.tagName) {
		case "MN":
			return `(${read(node.textContent)})`;
		case "MFRAC":
			return `((${parts[0]})/(${parts[1]}))`;
		case "MSQRT":
			return `Math.sqrt(${parts.join("")})`;
		case "MSUP":
			return `((${parts[0]})**(${parts[1]}))`;
		case "MI":
			return node.textContent === "ln" ? "Math.log" : "unknown";
		case "MO":
			return { "·": "*", "−": "-" }[/** @type {string} */ (node.textContent)] ?? node.textContent;
		case "MTEXT": {
			const text = node.textContent.trim();
			return /^[·(),]+$/.test(text) ? text.replace("·", "*") : "";
		}
		default:
			return parts.length > 0 ? parts.join("") : node.textContent ?? "";
	}
}

/** Fail unless all sides of a formula that have only numbers are equal as far as they are shown. @param {any} line @param {string} where @returns {number} how many sides were compared */
function check(line, where) {
	const source = code(line.find("pieces"));
	const sides = source.split("=").filter((side) => side !== "" && !/unknown|[,Σ∂]/.test(side));
	const values = sides.map((side) => {
		try {
			return Function(`return ${side}`)();
		} catch (problem) {
			throw new Error(`${where}: ${side}`, { cause: problem });
		}
	});
	for (const value of values.slice(1)) {
		const terms = Math.max(...sides.join("+").match(/\d[\d.]*(e-?\d+)?/g)?.map(Number).map(Math.abs) ?? [0], Math.abs(value));
		const away = Math.abs(value - values[0]);
		assert.ok(away <= 0.02 * Math.abs(value) + 0.01 * terms, `${where}: ${line.textContent} (${values})`);
	}
	return Math.max(0, values.length - 1);
}

test(
	"the sides of every formula that has numbers are equal, at every station of every kind of step",
	inDocument(() => {
		let compared = 0;
		for (const { name, config, step } of EACH_STEP) {
			const layers = layersOf(step);
			const stations = createStations(i18n, step, config, layers);
			for (const station of stationsOf(layers)) {
				if (station.phase === "update") continue;
				const layer = layers[station.layer - 1];
				const pixel = station.neuron === null ? 0 : brightestPixel(layer, station.neuron);
				for (const line of stations.linesOf(station, pixel)) {
					if (/** @type {any} */ (line).find("pieces")) compared += check(line, `${name}, ${JSON.stringify(station)}`);
				}
			}
		}
		assert.ok(compared > 500, String(compared));
	}),
);

test(
	"softmax divides the power of a class by the sum of those of all",
	inDocument(() => {
		const found = EACH_STEP.find(({ config }) => config.output_activation === "softmax");
		assert.ok(found);
		const layers = layersOf(found.step);
		const station = { phase: "forward", layer: layers.length, neuron: 1 };
		const lines = createStations(i18n, found.step, found.config, layers).linesOf(station, 0);
		const said = lines.map((/** @type {any} */ line) => line.find("visually-hidden")?.textContent);
		assert.ok(said.includes("p 1 equals e to the power of z 1 divided by the sum over all k of e to the power of z k"), said.join("\n"));
	}),
);

test(
	"the change of every parameter follows from its gradient, memory and penalties as it is explained",
	inDocument(() => {
		for (const { name, config, step } of EACH_STEP) {
			const explain = createUpdateLines(i18n, step, config);
			for (const layer of layersOf(step)) {
				for (let neuron = 0; neuron < layer.neurons; neuron += 1) {
					for (const parameter of parametersOf(step, layer, neuron)) {
						const where = `${name}: ${layer.number}, ${neuron}, ${parameter.name}`;
						const found = updateOf(parameter, step, config);
						const isPruned = parameter.before + parameter.change === 0;
						if (!isPruned) assert.ok(Math.abs(found.change - parameter.change) <= 1e-9 * Math.max(1e-3, Math.abs(found.change)), where);
						if (config.optimizer.startsWith("adam")) assert.ok(Math.abs(found.m - parameter.memoryAfter[0]) < 1e-12, where);
						if (config.optimizer === "momentum") assert.ok(Math.abs(found.v - parameter.memoryAfter[0]) < 1e-12, where);
						for (const line of explain(parameter)) if (/** @type {any} */ (line).find("pieces")) check(line, where);
					}
				}
			}
		}
	}),
);

test(
	"an update names its learning rate and each point's share, first as a rule and then with numbers",
	inDocument(() => {
		const found = EACH_STEP.find(({ config, step }) => config.optimizer === "sgd" && step.points.length > 0 && step.share < 1);
		assert.ok(found);
		const { step, config } = found;
		const count = Math.round(1 / step.share);
		const lines = createUpdateLines(i18n, step, config)(parametersOf(step, layersOf(step)[0], 0)[0]);
		const said = lines.map((/** @type {any} */ line) => line.find("visually-hidden")?.textContent);
		assert.ok(said[0].startsWith(`the gradient equals 1 divided by ${count} times the sum over all n`), said[0]);
		assert.ok(said.includes("the change equals minus the learning rate times the gradient"), said.join("\n"));
	}),
);

test(
	"on the way back the slope of an activation has its formula, and its curve a tangent",
	inDocument(() => {
		const found = EACH_STEP.find(({ config, step }) => config.activation === "tanh" && step.layers[1]?.kind === "activation");
		assert.ok(found);
		const layers = layersOf(found.step);
		const lines = createStations(i18n, found.step, found.config, layers).linesOf({ phase: "backward", layer: 1, neuron: 0 }, 0);
		const said = lines.map((/** @type {any} */ line) => line.find("visually-hidden")?.textContent ?? "");
		assert.ok(said.some((text) => text.startsWith("g′ of z equals 1 minus a squared equals 1 minus ")), said.join("\n"));
		assert.ok(lines.some((/** @type {any} */ line) => /touches the curve/.test(line.textContent)));
	}),
);

test(
	"on the way back no two different derivatives of a neuron have the same name",
	inDocument(() => {
		const checked = new Set();
		for (const { step, config } of EACH_STEP) {
			const layers = layersOf(step);
			for (const layer of layers.slice(0, -1)) {
				const kinds = layer.chain.map(({ kind }) => kind);
				if (
					!kinds.some((kind) => kind.endsWith("_norm")) ||
					kinds.some((kind) => ["dropout", "residual", "max_pool", "average_pool"].includes(kind))
				) continue;
				checked.add(kinds.join());
				/** @type {Map<string, string>} */
				const values = new Map();
				for (const line of createStations(i18n, step, config, layers).linesOf({ phase: "backward", layer: layer.number, neuron: 0 }, 0)) {
					const said = /** @type {any} */ (line).find("visually-hidden")?.textContent ?? "";
					const [, name, value] = /^the derivative of L by ([ayz]) equals .*?(\S+)$/.exec(said) ?? [];
					if (!name || !/\d/.test(value)) continue;
					assert.equal(values.get(name) ?? value, value, said);
					values.set(name, value);
				}
			}
		}
		assert.ok(checked.size > 0);
	}),
);

test(
	"a change too small for three digits is seen in the sum of weight and change",
	inDocument(() => {
		const found = EACH_STEP.find(({ config }) => config.optimizer === "sgd");
		assert.ok(found);
		const [parameter] = parametersOf(found.step, layersOf(found.step)[0], 0);
		const tiny = { ...parameter, before: 0.149, gradient: 2e-5, own: null, change: 2e-5 };
		const last = /** @type {any} */ (createUpdateLines(i18n, found.step, found.config)(tiny).at(-1));
		assert.match(last.find("visually-hidden").textContent, /equals 0\.149 plus 2×10⁻⁵ equals 0\.14902$/);
	}),
);

test("beside a neuron stand its inputs, and on the way back the deltas of the next layer with their weights", () => {
	const { step } =
		/** @type {any} */ (EACH_STEP.find(({ config, step }) => config.activation === "tanh" && step.layers[1]?.kind === "activation"));
	const layers = layersOf(step);
	const forward = neighboursOf(step, layers, { phase: "forward", layer: 1, neuron: 0 });
	assert.equal(forward.after.length, 0);
	assert.ok(forward.before.length > 0);
	for (const { value, link } of forward.before) assert.ok(value === 0 ? link === 0 : Number.isFinite(link / value));
	const { after } = neighboursOf(step, layers, { phase: "backward", layer: 1, neuron: 0 });
	const next = layers[1].chain[0];
	for (const { value, link } of after) assert.equal(link, next.parameters[0].values[0][next.derivatives.indexOf(value)]);
	assert.equal(after.length, Math.min(4, layers[1].neurons));
});

test(
	"a point's own part of the gradient is delta times the input, and all of it in a batch of its own",
	inDocument(() => {
		for (const { name, step } of EACH_STEP.filter((each) => each.step.points.length === 0)) {
			for (const layer of layersOf(step)) {
				for (const { own, gradient } of parametersOf(step, layer, 0)) {
					if (own !== null) assert.ok(Math.abs(own - gradient) < 1e-12, name);
				}
			}
		}
	}),
);

test(
	"a formula is said in words, and shown as MathML that a screen reader skips",
	inDocument(() => {
		const math = createMath(i18n);
		const fraction = math.fraction(math.number(-1), math.root(math.number(4)));
		const line = /** @type {any} */ (formula(
			math.name("δ"),
			math.withSign("=", math.product(math.number(0.5), math.number(-2))),
			math.withSign("+", fraction),
		));
		assert.equal(line.find("visually-hidden").textContent, "delta equals 0.5 times −2 plus −1 divided by the square root of 4");
		assert.equal(line.find("pieces").getAttribute("aria-hidden"), "true");
		assert.equal(line.find("pieces").textContent, "δ=0.5·(−2)+−14");
	}),
);

test(
	"if the loss of the point rises, the step says what pulls it up",
	inDocument(() => {
		const { step } = /** @type {any} */ (EACH_STEP.find((each) => each.step.points.length > 0 && each.step.share < 1));
		const count = Math.round(1 / step.share) - 1;
		const layers = layersOf(step);
		const told = (/** @type {object} */ changes) => {
			const apply = createApply(i18n, () => {}, () => {});
			apply.update(/** @type {any} */ ({ step: { ...step, loss: 0.395, ...changes }, applied: false, point: { index: 0 } }), layers, true);
			return /** @type {any} */ (apply.element).textContent;
		};
		assert.match(told({ loss_after: 0.398 }), new RegExp(`rises: the step follows the mean.*the other ${count} point`));
		assert.match(told({ loss_after: 0.398, share: 1, points: [] }), /rises, though the step is for this point alone/);
	}),
);
