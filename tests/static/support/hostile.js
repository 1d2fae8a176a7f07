// Reads names from its input, a JSON list on each line, and writes what the page makes of them: pictures, code of a frame, names of files.
import { createInterface } from "node:readline";
import { boundaryPicture } from "../../../static/js/models/boundary-picture.js";
import { chartPicture } from "../../../static/js/models/chart-picture.js";
import { fileName, parseModelName, summaryOf } from "../../../static/js/models/model-file.js";
import { networkPicture } from "../../../static/js/models/network-picture.js";
import { frameCode } from "../../../static/js/views/share-embed.js";
import { createI18n } from "../../../static/js/ui/i18n.js";

const i18n = createI18n({ locale: "en", words: {} });
const scale = { low: -1, high: 1, beyondLow: true, beyondHigh: true, line: 0 };

/** @param {string} name @param {string} column @param {string} label */
function made(name, column, label) {
	const options = { i18n, name, setUp: [column, label, name] };
	const [x1, x2] = [{ name: column, offset: 3.8, factor: 1.7 }, { name: label, offset: 1, factor: 4 }];
	const target = { name: label, offset: 5, factor: 0.5 };
	const plane = {
		points: { train: [[0, 0, 1]], test: [[1, 1, -1]] },
		image: "data:image/png;base64,AA==",
		values: [[-1, 1], [-1, 1]],
		scale,
	};
	const config = (/** @type {string} */ problem) => /** @type {any} */ ({ problem, classes: 2 });
	const columns = { x1, x2, target: null, classes: [label, column] };
	const layers = [{ weights: [[1], [-1]], biases: [0] }];
	const network = { shape: [2, 1], layers, inputs: [column, label], outputs: [label], captions: ["", label], notes: [column] };
	return {
		pictures: [
			boundaryPicture({ ...plane, columns, config: config("classification") }, options),
			boundaryPicture({ ...plane, columns, scale: null, config: config("multiclass") }, options),
			boundaryPicture({ ...plane, columns: { ...columns, target }, config: config("regression") }, options),
			networkPicture(network, options),
			chartPicture({ epoch: [0, 1], train_loss: [1, 0.5], test_loss: [1, 0.5] }, label, options),
		].map(({ svg }) => svg),
		frame: frameCode(`http://here/#${name}`, 800, 600),
		file: fileName(name),
		read: parseModelName(JSON.stringify({ format: "tinkernet-model", name })),
		summary: summaryOf(/** @type {any} */ ({ config: { dataset: label, features: [], layers: [], hidden_layers: [] } })).dataset,
	};
}

for await (const line of createInterface({ input: process.stdin })) {
	const [name, column, label] = JSON.parse(line);
	process.stdout.write(`${JSON.stringify(made(name, column, label))}\n`);
}
