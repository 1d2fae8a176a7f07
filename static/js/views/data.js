// The data: a picture of each dataset, and the sliders.
import { fillOf } from "./classes.js";
import { fitCanvas, h, one, setText } from "../ui/dom.js";
import { createBounds } from "../settings/bounds.js";
import { isRelevant, SLIDERS } from "../settings/fields.js";
import { isImages, trainCount } from "../settings/images.js";
import { columnsOf } from "../settings/columns.js";
import { noiseField } from "../settings/custom-points.js";
import { CUSTOM } from "../settings/limits.js";
import { stopsOf } from "../settings/stops.js";
import { createSlider } from "../ui/slider.js";
import { drawPoints } from "./points.js";

const LARGE_COUNT = 4; // of the datasets; the others are in a row below
const PICTURE_SIDE = 76; // pixels

/** Decode the points of a sample, x1, x2 and target each; see samples() in server/catalogue.py. @param {string} text @param {boolean} classes whether targets are classes */
function unpackSample(text, classes) {
	const count = text.length / 3;
	const value = (/** @type {number} */ at, /** @type {number} */ unit) => (text.charCodeAt(at) - 80) / unit;
	return Float32Array.from(
		{ length: text.length },
		(_, index) => value((index % 3) * count + Math.floor(index / 3), index % 3 < 2 ? 7.5 : classes ? 1 : 42),
	);
}

/** A button with the picture of each dataset. @param {DataOptions} options @returns {DatasetPicture[]} */
const createPictures = ({ i18n, catalogue, samples, onChange }) =>
	Object.entries(catalogue.datasets).filter(([, { problems }]) => !problems.includes("images")).map(([name, { problems }]) => {
		const canvas = h("canvas");
		const text = i18n.t(`choice.dataset.${name}`);
		const button = h(
			"button",
			{
				type: "button",
				class: "dataset",
				"aria-label": text,
				"aria-pressed": "false",
				data: { dataset: name, help: `hint.dataset.${name}` },
				on: { click: () => onChange({ dataset: name }) },
			},
			canvas,
			h("span", { text }),
		);
		const points = unpackSample(samples[name] ?? "", problems.includes("multiclass"));
		return { name, problems, button, canvas, points, drawn: null };
	});

/** @param {DataOptions} options */
function findSliders(options) {
	const { i18n, catalogue, onChange, onValid, onInvalid } = options;
	const { inBounds, expected } = createBounds(options);
	return SLIDERS.map((setting) => {
		const { id, field, percent, ofPoints } = setting;
		const range = /** @type {HTMLInputElement} */ (one(`#${id}`));
		const place = /** @type {HTMLElement} */ (range.closest(".field"));
		/** The setting that it changes now. @param {Config | null | undefined} config */
		const fieldOf = (config) => (field === "noise" && config ? noiseField(config) : field);
		const slider = createSlider({ range, number: one(`#${id}Number`), unit: one(".unit", place) }, {
			spoken: (value) => percent ? i18n.t("readout.percent", { n: value }) : i18n.number(value),
			valid: (value) => inBounds(field, value),
			onChange: (value) => onChange({ [fieldOf(options.present())]: value }),
			onValid,
			onInvalid: (text) => onInvalid(text, expected(field)),
		});
		return {
			setting,
			place,
			disable: slider.disable,
			/** @param {Config} config @param {number | undefined} points how many there are to train on; undefined: not known yet */
			show(config, points) {
				const value = config[fieldOf(config)];
				const unit = percent ? "%" : ofPoints && points !== undefined ? `/ ${i18n.number(points)}` : "";
				slider.update(value, stopsOf(catalogue.fields[field].offered, value, ofPoints ? points : undefined), unit);
			},
		};
	});
}

/** @param {DatasetPicture} picture @param {Config} config @param {Colors} colors */
function draw(picture, config, colors) {
	const { canvas, drawn } = picture;
	const points = picture.name === CUSTOM ? config.points : picture.points;
	if (drawn && drawn.points === points && drawn.colors === colors) return;
	picture.drawn = { points, colors };
	const context = fitCanvas(canvas, PICTURE_SIDE, PICTURE_SIDE);
	canvas.style.width = canvas.style.height = "";
	context.clearRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
	const flat = Array.isArray(points) ? points.flat() : points;
	if (flat.length > 0) drawPoints(context, flat, { size: PICTURE_SIDE, radius: 1.3, fill: fillOf(colors, config) });
	else drawPen(context, PICTURE_SIDE, colors.quiet);
}

/**
 * Adapt noise and button to custom data: of custom points only split and noise can be regenerated, of a program's points nothing.
 * @param {Config} config @param {boolean} isProgramData @param {ReturnType<typeof findSliders>} sliders @param {HTMLElement} regenerate @param {DataOptions} options
 */
function showCustomData(config, isProgramData, sliders, regenerate, { i18n: { t }, catalogue }) {
	const own = config.dataset === CUSTOM;
	const noise = sliders.find(({ setting }) => setting.field === "noise");
	if (noise) {
		noise.disable(isProgramData);
		one(".label", noise.place).dataset.help = isProgramData ? "error.custom_data" : own ? "hint.noise.own" : "control.noise.help";
	}
	const control = own || isImages(config) || columnsOf(config, catalogue) ? "resplit" : "regenerate";
	regenerate.dataset.help = isProgramData ? "error.custom_data" : `control.${control}.help`;
	setText(one("span", regenerate), t(`control.${control}.label`));
}

/** Fill the element of the data. @param {HTMLElement} element @param {DataOptions} options */
export function createData(element, options) {
	const { catalogue, present } = options;
	const [large, few] = /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll(".datasets"));
	const pictures = createPictures(options);
	const sliders = findSliders(options);
	const regenerate = one('[data-action="regenerate"]', element);
	regenerate.addEventListener("click", options.onRegenerate);

	/** Show the datasets of a problem. */
	function showDatasets(/** @type {Config["problem"]} */ problem) {
		const fitting = pictures.filter(({ problems }) => problems.includes(problem)).map(({ button }) => button);
		large.replaceChildren(...fitting.slice(0, LARGE_COUNT));
		few.replaceChildren(...fitting.slice(LARGE_COUNT));
		few.hidden = fitting.length <= LARGE_COUNT;
	}

	/** @type {ServerState | null} */
	let shownServer = null;
	/** @type {Colors | null} */
	let shownColors = null;
	/** @type {PageState["points"]} */
	let shownPoints = null;
	return {
		/** @param {PageState} model */
		update({ server, colors, points }) {
			if (!server || (shownServer === server && shownColors === colors && shownPoints === points)) return;
			const { config } = server;
			if (shownServer?.config.problem !== config.problem) showDatasets(config.problem);
			for (const picture of pictures) {
				picture.button.setAttribute("aria-pressed", String(picture.name === config.dataset && !server.custom_data));
				if (picture.problems.includes(config.problem)) draw(picture, config, colors);
			}
			const requested = present() ?? config; // so that the answer to an earlier change does not move a slider back
			for (const { setting, place, show } of sliders) {
				place.hidden = !isRelevant(setting, config, catalogue);
				show({ ...config, ...requested }, trainCount(config, points));
			}
			showCustomData(config, server.custom_data, sliders, regenerate, options);
			[shownServer, shownColors, shownPoints] = [server, colors, points];
		},
	};
}
/** A pen, in place of the picture of a dataset without points. @param {CanvasRenderingContext2D} context @param {number} size @param {string} color */
function drawPen(context, size, color) {
	context.save();
	context.scale(size / 24, size / 24);
	context.strokeStyle = color;
	context.lineWidth = 1;
	context.lineJoin = context.lineCap = "round";
	context.stroke(new Path2D("M8 16l.7-2.8 6-6 2.1 2.1-6 6zM13.2 8.7l2.1 2.1"));
	context.restore();
}
