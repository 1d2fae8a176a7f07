// The loss chart: two curves over the epochs, on a linear or logarithmic scale, and the values under the pointer.
import { epoch as formatEpoch, loss as formatLoss, tick as formatTick } from "../ui/format.js";
import { differs } from "../state/store.js";
import { linear } from "../ui/scale.js";
import { lossScale, nearest, series } from "./curves.js";
import { createAnnouncer } from "../ui/announcer.js";
import { fitCanvas, h, setText } from "../ui/dom.js";

const LEFT = 34; // least width for the numbers of the axis, in pixels

export class Chart {
	#element;
	#i18n;
	#canvas;
	#reading = createAnnouncer();
	#readout = h("div", { class: "chart-readout", hidden: true });
	/** @type {PageState | null} */
	#model = null;
	/** What is drawn now. @type {Record<string, unknown>} */
	#seen = {};
	#left = LEFT;
	/** Width and height. @type {[number, number]} */
	#size = [0, 0];
	/** @type {number | null} */
	#pointed = null; // where the pointer is: 0 to 1 across the plot

	/** @param {HTMLElement} element @param {I18n} i18n */
	constructor(element, i18n) {
		const label = `${i18n.t("control.chart.label")}: ${i18n.t("chart.help")}`;
		this.#element = element;
		this.#i18n = i18n;
		this.#canvas = h("canvas", { role: "img", tabindex: "0", "aria-label": label });
		element.append(this.#canvas, this.#readout, this.#reading.element);
		this.#listen();
		new ResizeObserver(() => {
			this.#size = [element.clientWidth, element.clientHeight]; // asked for here only, as it makes the browser lay out the page
			this.#redraw();
		}).observe(element);
	}

	/** @param {PageState} next */
	update(next) {
		this.#model = next;
		const { history, frame, colors, display } = next;
		const now = { history, epoch: frame?.epoch, train: frame?.trainLoss, colors, logScale: display.logScale };
		if (!differs(now, this.#seen)) return;
		this.#seen = now;
		this.#redraw();
	}

	#listen() {
		const canvas = this.#canvas;
		const at = (/** @type {PointerEvent} */ event) => {
			const box = canvas.getBoundingClientRect();
			this.#point((event.clientX - box.left - this.#left) / (box.width - this.#left - 2));
		};
		canvas.addEventListener("pointermove", at);
		canvas.addEventListener("pointerdown", at);
		canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.#point(null));
		canvas.addEventListener("blur", () => {
			this.#reading.clear();
			this.#point(null);
		});
		canvas.addEventListener("keydown", (event) => {
			const move = event.key === "ArrowLeft" ? -0.02 : event.key === "ArrowRight" ? 0.02 : 0;
			if (!move) return;
			event.preventDefault();
			this.#reading.ask();
			this.#point((this.#pointed ?? 0.98) + move);
		});
	}

	#point(/** @type {number | null} */ share) {
		this.#pointed = share && Math.max(0, Math.min(1, share));
		this.#redraw();
	}

	#redraw() {
		const [width, height] = this.#size;
		if (!this.#model || width < 40 || height < 20) return;
		const { colors, display } = this.#model;
		const context = fitCanvas(this.#canvas, width, height);
		context.clearRect(0, 0, width, height);
		context.font = `11px ${colors.sans}`;
		const points = series(this.#model);
		const [top, bottom, right] = [6, height - 14, width - 2];
		const y = lossScale(points, display.logScale, [bottom, top]);
		const ticks = y.ticks(Math.max(2, Math.floor(height / 34)));
		this.#left = Math.max(LEFT, 8 + Math.max(0, ...ticks.map((tick) => context.measureText(formatTick(tick, this.#i18n)).width)));
		const lastEpoch = Math.max(10, points[points.length - 1]?.epoch ?? 10);
		const x = linear([0, lastEpoch], [this.#left, right]);

		this.#drawAxes(context, { ticks, y, lastEpoch, right, height }, colors);
		for (const name of /** @type {const} */ (["test", "train"])) {
			context.beginPath();
			for (const each of points) context.lineTo(x(each.epoch), y(each[name]));
			stroke(context, colors[name], 1.5);
		}
		const chosen = this.#pointed !== null && points.length > 0 ? nearest(points, this.#pointed * lastEpoch) : null;
		if (chosen) drawLine(context, [x(chosen.epoch), top, x(chosen.epoch), bottom], colors.edge);
		this.#read(chosen);
	}

	/** @param {CanvasRenderingContext2D} context @param {ChartAxes} axes @param {Colors} colors */
	#drawAxes(context, { ticks, y, lastEpoch, right, height }, { quiet, line }) {
		const left = this.#left;
		context.fillStyle = quiet;
		context.textAlign = "right";
		for (const tick of ticks) {
			const place = Math.round(y(tick)) + 0.5;
			drawLine(context, [left, place, right, place], line);
			context.fillText(formatTick(tick, this.#i18n), left - 4, place + 3.5);
		}
		context.fillText(formatEpoch(lastEpoch, this.#i18n), right, height - 2);
		context.textAlign = "left";
		context.fillText("0", left, height - 2);
	}

	/** Show the numbers under the pointer. @param {HistoryPoint | null} point */
	#read(point) {
		const i18n = this.#i18n;
		this.#readout.hidden = !point;
		if (!point) return;
		const values = { epoch: formatEpoch(point.epoch, i18n), train: formatLoss(point.train, i18n), test: formatLoss(point.test, i18n) };
		setText(this.#readout, i18n.t("readout.chart", values));
		this.#reading.tell(i18n.t("readout.chart", values));
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
