// Makes the printable pictures of decision boundary, network and losses, as SVG or PNG, from data that it requests for each.
import { request, requestJson } from "../net/rest.js";
import { namedColumns, scalingText } from "../ui/scaling-text.js";
import { boundaryPicture } from "./boundary-picture.js";
import { chartPicture } from "./chart-picture.js";
import { setUpTexts } from "./heading.js";
import { networkPicture } from "./network-picture.js";

const PNG_WIDTH = 3000; // dots: 25 cm at 300 an inch

/** @param {Blob} blob @returns {Promise<string>} */
const dataUrl = (blob) =>
	new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(String(reader.result));
		reader.onerror = () => reject(reader.error);
		reader.readAsDataURL(blob);
	});

/** Return the caption of each layer. @param {PictureState} state @param {I18n} i18n */
function captionsOf({ config, shape }, i18n) {
	const kinds = config.layers.filter((layer) => layer.neurons || layer.filters);
	const named = (/** @type {string} */ name) => (i18n.has(`choice.activation.${name}`) ? i18n.t(`choice.activation.${name}`) : name);
	return shape.map((_, layer) => {
		if (layer === 0) return config.problem === "images" ? "8 × 8" : "";
		if (layer === shape.length - 1) return i18n.t("models.output");
		return named((config.layers.length ? kinds[layer - 1].activation : config.layer_activations[layer - 1]) ?? config.activation);
	});
}

/** Return the columns that the points come from; null if a program has set other points. @param {PictureState} state @param {MakerOptions} options */
const columnsOf = ({ config, custom_data }, { i18n, catalogue }) => (custom_data ? null : namedColumns(i18n, config, catalogue));

/** Return the name of each output; [] for a single one without a name. @param {PictureState} state @param {DataColumns | null} columns @param {I18n} i18n */
function outputsOf({ config, shape }, columns, i18n) {
	const count = shape[shape.length - 1];
	if (config.problem === "images") return Array.from({ length: count }, (_, digit) => String(digit));
	if (config.problem !== "multiclass") return columns?.target ? [columns.target.name] : [];
	return Array.from({ length: count }, (_, index) => columns?.classes[index] ?? i18n.t("classes.name", { index }));
}

/** @type {Record<string, (path: string, options: MakerOptions) => Promise<Picture>>} */
const PICTURE_MAKERS = {
	async boundary(path, options) {
		const { i18n, name, scaleOf } = options;
		const [state, points, bitmap] = await Promise.all([
			requestJson("GET", path),
			requestJson("GET", `${path}/points`),
			request("GET", `${path}/surface.png?resolution=256`),
		]);
		const hasLine = state.config.problem === "classification";
		const surface = hasLine ? await requestJson("GET", `${path}/surface?resolution=150`) : null;
		const scale = scaleOf({ layer: state.shape.length - 1, neuron: 0 }, state);
		return boundaryPicture(
			{
				config: state.config,
				columns: columnsOf(state, options),
				scale: scale && { ...scale, line: hasLine ? scale.line : null },
				points,
				image: await dataUrl(await bitmap.blob()),
				values: surface?.values ?? null,
			},
			{ i18n, name, setUp: setUpTexts(state, i18n) },
		);
	},
	async network(path, options) {
		const { i18n, featureText, name } = options;
		const [state, { layers }] = await Promise.all([requestJson("GET", path), requestJson("GET", `${path}/parameters`)]);
		const isImages = state.config.problem === "images";
		const columns = columnsOf(state, options);
		return networkPicture(
			{
				shape: isImages ? [1, ...state.shape.slice(1)] : state.shape, // one square stands for all pixels
				layers,
				inputs: isImages ? [] : state.config.features.map(featureText),
				outputs: outputsOf(state, columns, i18n),
				captions: captionsOf(state, i18n),
				notes: columns ? [scalingText(i18n, "x₁", columns.x1), scalingText(i18n, "x₂", columns.x2)] : [],
			},
			{ i18n, name, setUp: setUpTexts(state, i18n) },
		);
	},
	async chart(path, { i18n, name }) {
		const [state, losses] = await Promise.all([requestJson("GET", path), requestJson("GET", `${path}/losses`)]);
		const measure = i18n.t("readout.named", { name: i18n.t("control.loss.label"), value: i18n.t(`choice.loss.${state.config.loss}`) });
		return chartPicture(losses, measure, { i18n, name, setUp: setUpTexts(state, i18n) });
	},
};

export const PICTURES = Object.keys(PICTURE_MAKERS);

/** Convert a picture to PNG. @param {Picture} picture @returns {Promise<Blob>} */
async function toPng({ svg, width, height }) {
	const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
	try {
		const image = new Image();
		image.src = url;
		await image.decode();
		const canvas = document.createElement("canvas");
		[canvas.width, canvas.height] = [PNG_WIDTH, Math.round((PNG_WIDTH * height) / width)];
		/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, 0, 0, canvas.width, canvas.height);
		return await new Promise((resolve, reject) =>
			canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("no picture")), "image/png")
		);
	} finally {
		URL.revokeObjectURL(url);
	}
}

/**
 * Make a picture. Throws a `Refusal` if the server refuses its data.
 * @param {string} kind of `PICTURES` @param {"svg" | "png"} format @param {string} session its id
 * @param {MakerOptions} options @returns {Promise<Blob>}
 */
export async function createPicture(kind, format, session, options) {
	const picture = await PICTURE_MAKERS[kind](`api/sessions/${session}`, options);
	return format === "svg" ? new Blob([picture.svg], { type: "image/svg+xml" }) : toPng(picture);
}
