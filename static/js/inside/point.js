// The part that explains a training step with one point, neuron by neuron, and applies it.
import { createPoller } from "./poller.js";
import { createApply } from "./point-apply.js";
import { createNeighbourhood } from "./neighbourhood.js";
import { createPointPicker, targetsOf } from "./point-picker.js";
import { coordinates, likelyTarget, pointAt, pointOfImage, sizeOf } from "./point-places.js";
import { createPixelPicker } from "./point-pixel.js";
import { createRail, stationOf } from "./point-rail.js";
import { createStations } from "./point-station.js";
import { createUpdates } from "./point-update.js";
import { createMapMark } from "./point-map-mark.js";
import { createPointValues } from "./point-values.js";
import { layersOf, stationsOf } from "./walk.js";
import { h, one, setText } from "../ui/dom.js";
import { setHidden } from "./hiding.js";
import { PLANE } from "../settings/limits.js";

const FIELDS = /** @type {const} */ (["index", "x1", "x2", "target"]);

/** Whether two points are the same. @param {StepReport["point"]} a @param {StepReport["point"]} b */
export const isSame = (a, b) =>
	FIELDS.every((name) => (a[name] ?? null) === (b[name] ?? null)) && (a.set ?? "train") === (b.set ?? "train") &&
	(a.pixels ?? []).join() === (b.pixels ?? []).join();

/** Return the point if it exists with these settings and data, else another valid one. @param {PointToShow} point @param {ReadyPage} page @returns {PointToShow} */
export function validPoint(point, { server: { config }, points, image }) {
	if (config.problem === "images") return image ? pointOfImage(image, point.pixels ? point.target ?? 0 : 0) : { index: 0 };
	if (point.pixels || (point.index !== undefined && point.index >= sizeOf(points, point.set ?? "train"))) return { index: 0 };
	const targets = targetsOf(config);
	if (point.index !== undefined || targets.length === 0 || targets.includes(point.target ?? NaN)) return point;
	const { x1 = 0, x2 = 0 } = point;
	return { x1, x2, target: likelyTarget(points, { x1, x2 }) };
}

/** Return the mark of the point on the large picture, on which a click or Enter chooses another point. @param {(place: PlanePoint) => void} onChoose @param {() => PlanePoint | null} probed */
function createMark(onChoose, probed) {
	const frame = one(".picture-frame");
	const mark = h("span", { class: "point-mark", "aria-hidden": "true" });
	const isDrawnOn = () => frame.classList.contains("drawn-on"); // there a click adds a point
	const click = (/** @type {MouseEvent} */ { clientX, clientY }) => {
		const box = frame.getBoundingClientRect();
		if (!isDrawnOn()) {
			onChoose({ x1: ((clientX - box.left) / box.width) * 2 * PLANE - PLANE, x2: PLANE - ((clientY - box.top) / box.height) * 2 * PLANE });
		}
	};
	const press = (/** @type {KeyboardEvent} */ event) => {
		const place = probed();
		if (event.key === "Enter" && place && !isDrawnOn()) onChoose(place);
	};
	return {
		show() {
			frame.addEventListener("click", click);
			frame.addEventListener("keydown", press);
			frame.append(mark);
		},
		hide() {
			frame.removeEventListener("click", click);
			frame.removeEventListener("keydown", press);
			mark.remove();
		},
		/** @param {PlanePoint | null} place */
		move(place) {
			setHidden(mark, place === null);
			if (place) mark.style.cssText = `left:${((place.x1 + PLANE) / (2 * PLANE)) * 100}%;top:${((PLANE - place.x2) / (2 * PLANE)) * 100}%`;
		},
	};
}

class PointPart {
	#tools;
	#picker;
	#rail;
	#updateTable;
	#apply;
	#networkValues;
	#mapMark;
	#neighbourhood;
	#mark;
	#pixelPicker;
	#intro = h("p", { class: "quiet" });
	#title = h("h3");
	#meaning = h("p");
	#legend = h("p", { class: "quiet" });
	#lines = h("div", { class: "point-lines" });
	element;
	/** @type {PointToShow} */
	#point = { index: 0 };
	/** @type {StepReport | null} */
	#report = null;
	/** @type {WalkLayer[]} */
	#layers = [];
	/** @type {Station[]} */
	#stations = [];
	#stationIndex = 0;
	/** @type {ReadyPage | null} */
	#page = null;
	#isVisible = false;
	#poller;
	#hasPaused = false; // whether the training has paused since the step was shown; applying a step while it plays pauses it
	#drawnKey = ""; // layout and station of the drawn numbers
	/** @type {unknown} */
	#lastStep = null; // the latest report that the page's state had
	/** @type {unknown} */
	#lastAppliedStep = null; // the same for applied steps

	/** @param {InsideOptions} tools */
	constructor(tools) {
		const { i18n } = tools;
		this.#tools = tools;
		this.#poller = createPoller(() => tools.onInspect(this.#point));
		this.#picker = createPointPicker(tools, (point) => this.choose(point));
		this.#rail = createRail(i18n, (index) => this.#goTo(index));
		this.#updateTable = createUpdates(i18n);
		this.#apply = createApply(i18n, () => tools.onApply(this.#point), () => {
			this.choose(this.#point);
			this.#rail.focus(); // the pressed button disappears
		});
		this.#networkValues = createPointValues(i18n);
		this.#mapMark = createMapMark(i18n);
		this.#neighbourhood = createNeighbourhood(i18n);
		this.#pixelPicker = createPixelPicker(i18n, () => this.#render());
		this.#mark = createMark(
			(place) => this.#page && this.choose(pointAt(place, this.#page)),
			() => this.#page?.probe ?? null,
		);
		this.element = h(
			"div",
			{ class: "point-part" },
			this.#intro,
			this.#picker.element,
			this.#rail.element,
			h("section", { class: "point-station", "aria-live": "polite" }, this.#title, this.#neighbourhood.element, this.#meaning),
			this.#pixelPicker.element,
			this.#lines,
			this.#legend,
			this.#updateTable.element,
			this.#apply.element,
		);
		setHidden(this.#rail.element, true); // until there are stations
		this.element.addEventListener("keydown", (event) => this.#onKey(event));
		new ResizeObserver(() => this.#drawValues(true)).observe(one("#network"));
	}

	/** A neuron that is pressed is explained, instead of being edited. @param {MouseEvent} event */
	#onNodeClick = (event) => {
		const node = /** @type {HTMLElement | null} */ (event.target instanceof Element ? event.target.closest(".node") : null);
		if (!node || node.dataset.feature) return;
		const [layer, neuron] = [Number(node.dataset.layer), Number(node.dataset.neuron)];
		const { phase } = this.#stations[this.#stationIndex] ?? {};
		const found = [phase, "forward"].map((each) =>
			this.#stations.findIndex((station) => station.phase === each && station.layer === layer && station.neuron === neuron)
		).find((index) => index >= 0);
		if (found === undefined || !this.#report) return;
		event.stopPropagation();
		this.#goTo(found);
	};

	/** @param {KeyboardEvent} event */
	#onKey(event) {
		if (event.target instanceof Element && event.target.matches("input, select")) return;
		const next = stationOf(event.key, this.#stationIndex, this.#stations.length - 1);
		if (next === null || this.#stations.length === 0) return;
		event.preventDefault();
		this.#goTo(next);
	}

	/** Explain another point. @param {PointToShow} point */
	choose(point) {
		const { server } = this.#page ?? {};
		if (server?.config.problem === "images" && point.index !== undefined) {
			this.#tools.onShowImage({ set: point.set ?? "train", index: point.index });
		}
		if (this.#report?.applied) this.#stationIndex = 0;
		this.#point = point;
		this.#report = null;
		if (this.#isVisible) this.#poller.start();
		if (this.#page) this.update(this.#page);
	}

	#goTo(/** @type {number} */ index) {
		this.#stationIndex = index;
		this.#render();
	}

	/** @param {unknown} point the one to show; undefined: the last */
	show(point) {
		this.#isVisible = true;
		this.#mark.show();
		one("#network").addEventListener("click", this.#onNodeClick, true);
		if (point) [this.#point, this.#stationIndex] = [/** @type {PointToShow} */ (point), 0];
		this.#report = null;
		this.#poller.start();
		if (point && this.#page) this.choose(this.#point);
	}

	hide() {
		this.#isVisible = false;
		this.#poller.stop();
		this.#hideValues();
		this.#mark.hide();
		one("#network").removeEventListener("click", this.#onNodeClick, true);
	}

	/** @param {PageState} model */
	update(model) {
		if (!model.server || !model.frame) return;
		this.#page = /** @type {ReadyPage} */ (model);
		if (!this.#isVisible) return;
		const { server, step, appliedStep } = this.#page;
		const fits = validPoint(this.#point, this.#page);
		if (!isSame(fits, this.#point)) {
			[this.#point, this.#report] = [fits, null];
			this.#poller.start();
		}
		if (!server.playing) this.#hasPaused = true;
		else if (this.#report?.applied && this.#hasPaused) this.#report = null; // the training has gone on since the applied step
		this.#requestStep();
		const isImage = server.config.problem === "images";
		setText(this.#intro, this.#tools.i18n.t(`inside.point.${isImage ? "introDigits" : "intro"}`));
		this.#picker.update(this.#page, this.#point, model.image?.label ?? null);
		this.#mark.move(isImage ? null : coordinates(this.#point, model.points));
		if (appliedStep && appliedStep !== this.#lastAppliedStep) {
			this.#lastAppliedStep = appliedStep;
			if (isSame(appliedStep.point, this.#point)) {
				this.#lastStep = step;
				return this.#receiveStep(appliedStep);
			}
		}
		if (step && step !== this.#lastStep && isSame(step.point, this.#point)) {
			this.#lastStep = step;
			if (!this.#report?.applied || step.applied) this.#receiveStep(step);
		} else this.#drawValues();
	}

	/** Request the step again if the training has changed; an applied step stays. */
	#requestStep() {
		if (!this.#page?.frame || !this.#isVisible) return;
		const { frame: { epoch, batch, revision } } = this.#page;
		if (this.#report?.applied) this.#poller.dropWaiting();
		else this.#poller.request(`${epoch} ${batch} ${revision}`);
	}

	/** @param {StepReport} report */
	#receiveStep(report) {
		this.#poller.receive();
		this.#report = report;
		this.#hasPaused = false;
		this.#layers = layersOf(report.step);
		this.#stations = stationsOf(this.#layers);
		this.#stationIndex = report.applied ? this.#stations.length - 1 : Math.min(this.#stationIndex, this.#stations.length - 1);
		this.#render();
	}

	#render() {
		const [report, page] = [this.#report, this.#page];
		if (!report || !page) return;
		const { i18n } = this.#tools;
		const { step } = report;
		const { config } = page.server;
		const station = this.#stations[this.#stationIndex];
		const { phase, neuron } = station;
		const layer = this.#layers[station.layer - 1];
		const pixel = this.#pixelPicker.pixelOf(layer, neuron);
		this.#pixelPicker.update(layer, phase === "update" ? null : neuron);
		const stations = createStations(i18n, step, config, this.#layers);
		setHidden(this.#rail.element, false);
		this.#rail.update(this.#stations, this.#stationIndex);
		const heading = i18n.t(`inside.point.phase.${phase}`);
		setText(
			this.#title,
			neuron === null ? heading : i18n.t("inside.point.heading", { phase: heading, name: stations.nameOf(station.layer, neuron, pixel) }),
		);
		const isOutput = station.layer === this.#layers.length;
		const kind = !isOutput || !["forward", "backward"].includes(phase)
			? ""
			: phase === "forward" && config.output_activation === "softmax"
			? ".softmax"
			: ".output";
		setText(this.#meaning, i18n.t(`inside.point.meaning.${phase}${kind}`));
		setText(this.#legend, config.problem === "images" ? "" : i18n.t(`inside.point.legend.${phase === "loss" ? "forward" : phase}`));
		this.#lines.replaceChildren(...(phase === "update" ? [] : stations.linesOf(station, pixel)));
		this.#neighbourhood.update(step, this.#layers, station);
		setHidden(this.#updateTable.element, phase !== "update");
		setHidden(this.#apply.element, phase !== "apply");
		if (phase === "update" && neuron !== null) this.#updateTable.update(step, config, layer, neuron);
		if (phase === "apply") this.#apply.update(report, this.#layers, !page.isWatchOnly && !page.hidden.has("stepButton"));
		this.#drawValues();
	}

	#hideValues() {
		this.#networkValues.hide();
		this.#mapMark.hide();
		this.#drawnKey = "";
	}

	/** Draw the numbers in the network, if they or its layout have changed. */
	#drawValues(again = false) {
		const [report, page] = [this.#report, this.#page];
		if (!this.#isVisible || !report || !page) return this.#hideValues();
		const { shape, config, images } = page.server;
		const isImage = config.problem === "images";
		const inputs = isImage ? shape[0] : config.features.length;
		if (report.step.inputs.length !== inputs || this.#layers.some(({ number, neurons }) => shape[number] !== neurons)) {
			return this.#hideValues(); // of another network than the one that is drawn
		}
		if (isImage) {
			const { layer: number, neuron, phase } = this.#stations[this.#stationIndex];
			const layer = this.#layers[number - 1];
			if (neuron === null) return this.#hideValues();
			const pixel = this.#pixelPicker.pixelOf(layer, neuron);
			const from = phase === "backward"
				? layer.chain[0].derivatives
				: (layer.chain.find(({ kind }) => kind === "activation") ?? layer.chain[0]).values;
			return this.#mapMark.show(images, layer, neuron, pixel, from[neuron * layer.positions + pixel]);
		}
		const key = JSON.stringify([shape, config.features, this.#stationIndex]);
		if (!again && key === this.#drawnKey && this.#drawnReport === report) return undefined;
		const isPlaced = !again && key === this.#drawnKey;
		[this.#drawnKey, this.#drawnReport] = [key, report];
		return this.#networkValues.show(report.step, this.#layers, this.#stations[this.#stationIndex], config, isPlaced);
	}
	/** @type {StepReport | null} */
	#drawnReport = null;
}

/** Return the part of the panel. @param {InsideOptions} tools @returns {InsidePart} */
export const createPart = (tools) => new PointPart(tools);
