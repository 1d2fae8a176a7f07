// Pictures for print of the boundary, the network and the losses, as SVG and PNG. What they show is asked for anew.
import { request, requestJson } from "../net/rest.js";
import { boundaryPicture } from "./boundary-picture.js";
import { chartPicture } from "./chart-picture.js";
import { networkPicture } from "./network-picture.js";

const DOTS = 3000; // the width of a PNG: 25 cm at 300 dots an inch

/** @param {Blob} blob @returns {Promise<string>} */
const dataUrl = (blob) =>
	new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(String(reader.result));
		reader.onerror = () => reject(reader.error);
		reader.readAsDataURL(blob);
	});

/** What stands under each layer. @param {any} config @param {number[]} shape @param {I18n} i18n */
function captionsOf(config, shape, i18n) {
	const kinds = config.layers.filter((/** @type {any} */ layer) => layer.neurons || layer.filters);
	const named = (/** @type {string} */ name) => (i18n.has(`choice.activation.${name}`) ? i18n.t(`choice.activation.${name}`) : name);
	return shape.map((_, layer) => {
		if (layer === 0) return "";
		if (layer === shape.length - 1) return i18n.t("models.output");
		return named((config.layers.length ? kinds[layer - 1].activation : config.layer_activations[layer - 1]) ?? config.activation);
	});
}

/** @type {Record<string, (path: string, options: {i18n: I18n, featureText: (name: string) => string, name: string}) => Promise<Picture>>} */
const MAKERS = {
	async boundary(path, { i18n, name }) {
		const [{ config }, points, bitmap] = await Promise.all([
			requestJson("GET", path),
			requestJson("GET", `${path}/points`),
			request("GET", `${path}/surface.png?resolution=256`),
		]);
		const hasLine = config.problem === "classification";
		const surface = hasLine ? await requestJson("GET", `${path}/surface?resolution=150`) : null;
		const level = config.output_activation === "sigmoid" ? 0.5 : 0;
		return boundaryPicture(
			{ config, points, image: await dataUrl(await bitmap.blob()), values: surface?.values ?? null, level },
			i18n,
			name,
		);
	},
	async network(path, { i18n, featureText, name }) {
		const [{ config, shape }, { layers }] = await Promise.all([requestJson("GET", path), requestJson("GET", `${path}/parameters`)]);
		const inputs = config.problem === "images" ? [] : config.features.map(featureText);
		return networkPicture({ shape, layers, inputs, captions: captionsOf(config, shape, i18n) }, name);
	},
	async chart(path, { i18n, name }) {
		return chartPicture(await requestJson("GET", `${path}/losses`), i18n, name);
	},
};

export const PICTURES = Object.keys(MAKERS);

/** A picture as PNG. @param {Picture} picture @returns {Promise<Blob>} */
async function toPng({ svg, width, height }) {
	const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
	try {
		const image = new Image();
		image.src = url;
		await image.decode();
		const canvas = document.createElement("canvas");
		[canvas.width, canvas.height] = [DOTS, Math.round((DOTS * height) / width)];
		/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, 0, 0, canvas.width, canvas.height);
		return await new Promise((resolve, reject) =>
			canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("no picture")), "image/png")
		);
	} finally {
		URL.revokeObjectURL(url);
	}
}

/**
 * @param {string} kind of `PICTURES` @param {"svg" | "png"} format @param {string} session its id
 * @param {{i18n: I18n, featureText: (name: string) => string, name: string}} options @returns {Promise<Blob>}
 */
export async function makePicture(kind, format, session, options) {
	const made = await MAKERS[kind](`api/sessions/${session}`, options);
	return format === "svg" ? new Blob([made.svg], { type: "image/svg+xml" }) : toPng(made);
}
