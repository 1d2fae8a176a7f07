// The lab for images: replaces the plane's data, network and picture while the problem is handwritten digits.
import { IMAGE_SIDE } from "../settings/images.js";
import { button } from "../ui/dialog.js";
import { h, one } from "../ui/dom.js";
import { setOptions } from "../ui/select.js";
import { createBoard } from "./board.js";
import { createDrawings } from "./drawings.js";
import { insertionIndex, insertLayer, layersOf, NEW_LAYERS } from "./layer-edits.js";
import { createLayerEditor } from "./layer-editor.js";
import { createOutput } from "./output.js";
import { createPad } from "./pad.js";
import { scoresOf } from "./maps.js";
import { answerText } from "./naming.js";
import { createPicker } from "./picker.js";
import { INTRODUCTION } from "./start.js";

/** Add to the network's head: a list that adds a layer, and the button that sets the network of introductory texts. @param {LabTools} tools @param {() => ReturnType<typeof createLayerEditor>} editor */
function createHead({ i18n, present, onChange }, editor) {
	const add = h("select", { class: "add-layer", "aria-label": i18n.t("images.layer.add"), data: { help: "images.layer.add.help" } });
	setOptions(add, ["", ...Object.keys(NEW_LAYERS)], (each) => i18n.t(each ? `images.kind.${each}` : "images.layer.add"));
	add.addEventListener("change", () => {
		const kind = add.value;
		add.value = "";
		const config = present();
		if (!kind || !config) return;
		const layers = layersOf(config);
		editor().ask(insertLayer(layers, insertionIndex(layers, kind, IMAGE_SIDE), kind));
	});
	const introduction = button(i18n.t("images.introduction"), () => onChange(/** @type {Partial<Config>} */ (INTRODUCTION)), {
		data: { help: "images.introduction.help" },
	});
	const element = h("div", { class: "image-head of-images", data: { hide: "numHiddenLayers" } }, add, introduction);
	one(".network-head .layers-control").after(element);
}

/** Add the lab's parts to the page. @param {LabTools} tools */
export function createImageLab(tools) {
	const { i18n, onShow } = tools;
	const lab = one(".lab");
	/** @type {ImagePage | null} */
	let page = null;
	/** @type {Choice | null} */
	let chosen = null;
	let drawing = false;

	const choose = (/** @type {Choice | null} */ next) => {
		chosen = next;
		if (next) output.toScores();
		redraw();
	};
	const setDrawing = (/** @type {boolean} */ next) => {
		drawing = next;
		redraw();
		if (next) pad.focus();
		else one(".digit-picker .wide").focus();
	};
	const picker = createPicker({ ...tools, onDraw: () => setDrawing(true) });
	const pad = createPad({ i18n, onDraw: (pixels) => onShow({ pixels }), onClose: () => setDrawing(false) });
	const drawings = createDrawings({ ...tools, pixels: pad.pixels, onAdded: pad.empty });
	const digits = h("div", { class: "digits of-images" }, picker.element, pad.element, drawings.form, drawings.own);
	one("#datasets").after(digits);
	const editor = createLayerEditor(lab, { ...tools, onClose: () => {} });
	const board = createBoard(one(".network-frame"), { ...tools, onChoose: choose, onOpenLayer: (entry, from) => editor.open(entry, from) });
	const showDigit = (/** @type {ImageToShow} */ image) => {
		if (drawing) setDrawing(false);
		picker.show(image);
	};
	const output = createOutput(one(".output"), { i18n, onShow: showDigit, onUnchoose: () => choose(null) });
	createHead(tools, () => editor);

	function redraw() {
		if (!page) return;
		const { layers } = page.server.images;
		if (chosen && !(chosen.channel < (layers[chosen.layer]?.channels ?? 0) && layers[chosen.layer].kind !== "output")) chosen = null;
		if (chosen?.filter && layers[chosen.layer].filters === null) chosen = null;
		picker.update(page, drawing);
		const scores = scoresOf(page.maps, layers);
		pad.update(page.colors, drawing, drawing && scores ? answerText(i18n, scores) : "");
		drawings.update(page, drawing);
		board.update(page, chosen);
		output.update(page, chosen);
		editor.update(page.server);
	}

	return {
		/** @param {PageState} next */
		update(next) {
			if (next.server?.config.problem !== "images" || !next.server.images) {
				page = null;
				editor.hide();
				return;
			}
			page = /** @type {ImagePage} */ (next);
			redraw();
		},
	};
}
