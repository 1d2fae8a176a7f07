// The loss chart: two curves over the epochs, on a linear or logarithmic scale, the values under the pointer, and a handle to look back.
import { epoch as formatEpoch, loss as formatLoss, tickText as formatTick } from "../ui/format.js";
import { differs } from "../state/store.js";
import { linearScale } from "../ui/scale.js";
import { createZoomButtons, halveStretch, listenToSelection, pointsWithin, stretchWithin } from "./chart-stretch.js";
import { lossScale, nearestPoint, rivalSeries, trainingSeries } from "./curves.js";
import { createLookBack } from "./look-back.js";
import { createAnnouncer } from "../ui/announcer.js";
import { fitCanvas, h, setText } from "../ui/dom.js";

const DASHES = [4, 3]; // pixels of the rival's lines, and between them
const MIN_AXIS_WIDTH = 34; // pixels for the numbers of the axis

/** The loss chart in an element. */
export class Chart {
	#element;
	#i18n;
	#canvas;
	#announcer = createAnnouncer();
	#readout = h("div", { class: "chart-readout", hidden: true });
	/** @type {PageState | null} */
	#model = null;
	/** What is drawn now. @type {Record<string, unknown>} */
	#drawnInputs = {};
	#plotLeft = MIN_AXIS_WIDTH;
	/** Width and height. @type {[number, number]} */
	#size = [0, 0];
	/** @type {number | null} */
	#pointerX = null; // where the pointer is: 0 to 1 across the plot
	/** The zoomed stretch, first and last epoch; null: the whole run. @type {[number, number] | null} */
	#stretch = null;
	/** What is being selected: 0 to 1 across the plot. @type {[number, number] | null} */
	#selecting = null;
	#zoom;
	#lookBack;

	/** @param {HTMLElement} element @param {{i18n: I18n, onLookBack?: (epoch: number | null) => void}} options without `onLookBack`, nobody can look back */
	constructor(element, { i18n, onLookBack }) {
		const label = `${i18n.t("control.chart.label")}: ${i18n.t("chart.help")}`;
		this.#element = element;
		this.#i18n = i18n;
		this.#canvas = h("canvas", { role: "img", tabindex: "0", "aria-label": label });
		this.#zoom = createZoomButtons({ i18n, onIn: () => this.#zoomIn(), onOut: () => this.#setStretch(null) });
		this.#lookBack = createLookBack({ i18n, onLookBack });
		const { slider, back } = this.#lookBack;
		element.append(this.#canvas, this.#zoom.element, this.#readout, slider, back, this.#announcer.element);
		this.#listen();
		new ResizeObserver(() => {
			this.#size = [element.clientWidth, element.clientHeight]; // asked for here only, as it makes the browser lay out the page
			this.#redraw();
		}).observe(element);
	}

	/** @param {PageState} next */
	update(next) {
		this.#model = next;
		const { history, rivalHistory, frame, colors, display, server, moments } = next;
		const now = {
			history,
			rivalHistory,
			epoch: frame?.epoch,
			train: frame?.trainLoss,
			colors,
			logScale: display.logScale,
			server,
			moments,
		};
		if (!differs(now, this.#drawnInputs)) return;
		if (history.points.length === 0 || (history.points[history.points.length - 1]?.epoch ?? 0) < (this.#stretch?.[0] ?? 0)) {
			this.#stretch = null;
		}
		this.#drawnInputs = now;
		this.#redraw();
	}

	#listen() {
		const canvas = this.#canvas;
		const fractionAcross = (/** @type {PointerEvent} */ event) => {
			const box = canvas.getBoundingClientRect();
			return (event.clientX - box.left - this.#plotLeft) / (box.width - this.#plotLeft - 2);
		};
		const at = (/** @type {PointerEvent} */ event) => this.#setPointer(fractionAcross(event));
		listenToSelection(canvas, {
			fractionAcross,
			onSelecting: (selecting) => {
				this.#selecting = selecting;
				this.#redraw();
			},
			onSelected: ([from, to]) => this.#setStretch([this.#epochAt(from), this.#epochAt(to)]),
		});
		canvas.addEventListener("dblclick", () => this.#setStretch(null));
		canvas.addEventListener("pointermove", at);
		canvas.addEventListener("pointerdown", at);
		canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.#setPointer(null));
		canvas.addEventListener("blur", () => {
			this.#announcer.clear();
			this.#setPointer(null);
		});
		canvas.addEventListener("keydown", (event) => {
			if (event.key === "Enter") this.#zoomIn();
			if (event.key === "Escape" && this.#stretch) {
				this.#setStretch(null);
				event.stopPropagation();
			}
			const move = event.key === "ArrowLeft" ? -0.02 : event.key === "ArrowRight" ? 0.02 : 0;
			if (!move) return;
			event.preventDefault();
			this.#announcer.expect();
			this.#setPointer((this.#pointerX ?? 0.98) + move);
		});
	}

	#setPointer(/** @type {number | null} */ fractionAcross) {
		this.#pointerX = fractionAcross && Math.max(0, Math.min(1, fractionAcross));
		this.#redraw();
	}

	/** Return the first and the last epoch of the plot. @returns {[number, number]} */
	#shownStretch() {
		return this.#stretch ?? [0, Math.max(10, this.#lastEpoch())];
	}

	/** The last epoch of the run. */
	#lastEpoch() {
		const points = this.#model ? trainingSeries(this.#model) : [];
		return Math.max(this.#lookBack.present(), points[points.length - 1]?.epoch ?? 0);
	}

	#epochAt(/** @type {number} */ fractionAcross) {
		const [from, to] = this.#shownStretch();
		return from + fractionAcross * (to - from);
	}

	#zoomIn() {
		const [from, to] = this.#shownStretch();
		this.#setStretch(halveStretch([from, Math.min(to, this.#lastEpoch())], this.#epochAt(this.#pointerX ?? 1)));
	}

	#setStretch(/** @type {[number, number] | null} */ stretch) {
		this.#stretch = stretch && stretchWithin(stretch, this.#lastEpoch());
		this.#redraw();
	}

	#redraw() {
		const [width, height] = this.#size;
		if (!this.#model || width < 40 || height < 20) return;
		const { colors, display } = this.#model;
		const context = fitCanvas(this.#canvas, width, height);
		context.clearRect(0, 0, width, height);
		context.font = `11px ${colors.sans}`;
		const whole = trainingSeries(this.#model);
		this.#lookBack.update(this.#model, whole[whole.length - 1]?.epoch ?? 0);
		this.#zoom.update(this.#stretch !== null, whole.length > 2);
		const domain = this.#shownStretch();
		const within = (/** @type {HistoryPoint[]} */ each) => this.#stretch ? pointsWithin(each, domain) : each;
		const [points, rival] = [within(whole), within(rivalSeries(this.#model))];
		const [top, bottom, right] = [6, height - 14, width - 2];
		const y = lossScale(rival.length > 0 ? [...points, ...rival] : points, display.logScale, [bottom, top]);
		const ticks = y.ticks(Math.max(2, Math.floor(height / 34)));
		this.#plotLeft = Math.max(
			MIN_AXIS_WIDTH,
			8 + Math.max(0, ...ticks.map((tick) => context.measureText(formatTick(tick, this.#i18n)).width)),
		);
		const x = linearScale(domain, [this.#plotLeft, right]);
		const { slider } = this.#lookBack;
		slider.style.left = `${this.#plotLeft - 7}px`;
		slider.min = String(domain[0]);
		slider.max = String(Math.min(domain[1], Math.max(this.#lookBack.present(), domain[0])));
		const epoch = this.#model.server?.shown_epoch ?? this.#lookBack.present();
		slider.classList.toggle("outside", epoch < domain[0] || epoch > domain[1]);
		slider.style.width = `${x(Number(slider.max)) - this.#plotLeft + 14}px`;

		this.#drawAxes(context, { ticks, y, domain, right, height, free: slider.hidden ? right : right - 12 }, colors);
		context.save();
		context.beginPath();
		context.rect(this.#plotLeft, 0, right - this.#plotLeft, height);
		context.clip();
		for (const [line, dashes] of /** @type {[HistoryPoint[], number[]][]} */ ([[rival, DASHES], [points, []]])) {
			context.setLineDash(dashes);
			for (const name of /** @type {const} */ (["test", "train"])) {
				context.beginPath();
				for (const each of line) context.lineTo(x(each.epoch), y(each[name]));
				stroke(context, colors[name], 1.5);
			}
		}
		if (this.#selecting) {
			const [from, to] = this.#selecting.map((each) => this.#plotLeft + Math.max(0, Math.min(1, each)) * (right - this.#plotLeft));
			context.fillStyle = colors.edge;
			context.globalAlpha = 0.2;
			context.fillRect(Math.min(from, to), top, Math.abs(to - from), bottom - top);
			context.globalAlpha = 1;
		}
		const shown = this.#model.server?.shown_epoch ?? null;
		if (shown !== null) drawLine(context, [x(shown), top, x(shown), bottom], colors.ink);
		context.restore();
		const chosen = this.#pointerX !== null && points.length > 0 ? nearestPoint(points, this.#epochAt(this.#pointerX)) : null;
		if (chosen) drawLine(context, [x(chosen.epoch), top, x(chosen.epoch), bottom], colors.edge);
		this.#showReadout(chosen, chosen && rival.length > 0 ? nearestPoint(rival, chosen.epoch) : null);
	}

	/** @param {CanvasRenderingContext2D} context @param {ChartAxes} axes @param {Colors} colors */
	#drawAxes(context, { ticks, y, domain, right, height, free }, { quiet, line }) {
		const left = this.#plotLeft;
		context.fillStyle = quiet;
		context.textAlign = "right";
		for (const tick of ticks) {
			const place = Math.round(y(tick)) + 0.5;
			drawLine(context, [left, place, right, place], line);
			context.fillText(formatTick(tick, this.#i18n), left - 4, place + 3.5);
		}
		context.fillText(formatEpoch(domain[1], this.#i18n), free, height - 2);
		context.textAlign = "left";
		context.fillText(formatEpoch(domain[0], this.#i18n), left + right - free, height - 2);
	}

	/** Show the numbers under the pointer. @param {HistoryPoint | null} point @param {HistoryPoint | null} rival */
	#showReadout(point, rival) {
		const i18n = this.#i18n;
		this.#readout.hidden = !point;
		if (!point) return;
		const values = { epoch: formatEpoch(point.epoch, i18n), train: formatLoss(point.train, i18n), test: formatLoss(point.test, i18n) };
		const others = rival && { rivalTrain: formatLoss(rival.train, i18n), rivalTest: formatLoss(rival.test, i18n) };
		const text = others ? i18n.t("readout.chartOfBoth", { ...values, ...others }) : i18n.t("readout.chart", values);
		setText(this.#readout, text);
		this.#announcer.announce(text);
	}
}

/** @param {CanvasRenderingContext2D} context @param {string} colour @param {number} width */
function stroke(context, colour, width) {
	context.strokeStyle = colour;
	context.lineWidth = width;
	context.lineJoin = "round";
	context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number[]} ends x and y of both @param {string} colour */
function drawLine(context, [fromX, fromY, toX, toY], colour) {
	context.beginPath();
	context.moveTo(fromX, fromY);
	context.lineTo(toX, toY);
	stroke(context, colour, 1);
}
