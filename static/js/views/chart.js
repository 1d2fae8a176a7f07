// The loss chart: two curves over the epochs, on a linear or logarithmic scale, and the values under the pointer.
import { epoch as formatEpoch, loss as formatLoss, tick as formatTick } from "../ui/format.js";
import { differs } from "../state/store.js";
import { linear } from "../ui/scale.js";
import { lossScale, nearest, series } from "./curves.js";
import { fitCanvas, h, setText } from "../ui/dom.js";

const LEFT = 34; // least width for the numbers of the axis, in pixels

/** @param {HTMLElement} element @param {{i18n: I18n}} options */
export function createChart(element, { i18n }) {
	const canvas = h("canvas", { role: "img", tabindex: "0", "aria-label": `${i18n.t("control.chart.label")}: ${i18n.t("chart.help")}` });
	const readout = h("div", { class: "chart-readout", hidden: true });
	element.append(canvas, readout);
	/** @type {PageState} */
	let model;
	/** @type {Record<string, unknown>} */
	let seen = {};
	let left = LEFT;
	/** @type {number | null} */
	let pointed = null; // where the pointer is: 0 to 1 across the plot
	new ResizeObserver(() => model && redraw()).observe(element);

	function point(/** @type {number | null} */ share) {
		pointed = share;
		if (model) redraw();
	}
	const at = (/** @type {PointerEvent} */ event) => {
		const box = canvas.getBoundingClientRect();
		point(Math.max(0, Math.min(1, (event.clientX - box.left - left) / (box.width - left - 2))));
	};
	canvas.addEventListener("pointermove", at);
	canvas.addEventListener("pointerdown", at);
	canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && point(null));
	canvas.addEventListener("blur", () => point(null));
	canvas.addEventListener("keydown", (event) => {
		const move = event.key === "ArrowLeft" ? -0.02 : event.key === "ArrowRight" ? 0.02 : 0;
		if (!move) return;
		event.preventDefault();
		point(Math.max(0, Math.min(1, (pointed ?? 0.98) + move)));
	});

	function redraw() {
		const [width, height] = [element.clientWidth, element.clientHeight];
		if (width < 40 || height < 20) return;
		const context = fitCanvas(canvas, width, height);
		context.clearRect(0, 0, width, height);
		context.font = `11px ${model.colors.sans}`;
		const points = series(model);
		const [top, bottom, right] = [6, height - 14, width - 2];
		const y = lossScale(points, model.display.logScale, [bottom, top]);
		const ticks = y.ticks(Math.max(2, Math.floor(height / 34)));
		left = Math.max(LEFT, 8 + Math.max(0, ...ticks.map((tick) => context.measureText(formatTick(tick, i18n)).width)));
		const lastEpoch = Math.max(10, points[points.length - 1]?.epoch ?? 10);
		const x = linear([0, lastEpoch], [left, right]);

		drawAxes(context, { ticks, y, lastEpoch, right, height });
		for (const name of /** @type {const} */ (["test", "train"])) {
			context.beginPath();
			for (const each of points) context.lineTo(x(each.epoch), y(each[name]));
			stroke(context, model.colors[name], 1.5);
		}
		readout.hidden = pointed === null || points.length === 0;
		if (pointed === null || points.length === 0) return;
		const chosen = nearest(points, pointed * lastEpoch);
		drawLine(context, [x(chosen.epoch), top, x(chosen.epoch), bottom], model.colors.edge);
		const values = { epoch: formatEpoch(chosen.epoch, i18n), train: formatLoss(chosen.train, i18n), test: formatLoss(chosen.test, i18n) };
		setText(readout, i18n.t("readout.chart", values));
	}

	/** @param {CanvasRenderingContext2D} context @param {{ticks: number[], y: (loss: number) => number, lastEpoch: number, right: number, height: number}} axes */
	function drawAxes(context, { ticks, y, lastEpoch, right, height }) {
		context.fillStyle = model.colors.quiet;
		context.textAlign = "right";
		for (const tick of ticks) {
			const place = Math.round(y(tick)) + 0.5;
			drawLine(context, [left, place, right, place], model.colors.line);
			context.fillText(formatTick(tick, i18n), left - 4, place + 3.5);
		}
		context.fillText(formatEpoch(lastEpoch, i18n), right, height - 2);
		context.textAlign = "left";
		context.fillText("0", left, height - 2);
	}

	return {
		/** @param {PageState} next */
		update(next) {
			model = next;
			const { history, frame, colors, display } = model;
			const now = { history, epoch: frame?.epoch, train: frame?.trainLoss, colors, logScale: display.logScale };
			if (!differs(now, seen)) return;
			seen = now;
			redraw();
		},
	};
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
