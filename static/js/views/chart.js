// The loss chart: two curves over the epochs, on a linear or logarithmic scale, and the values under the pointer.
import { epoch as formatEpoch, loss as formatLoss, tick as formatTick } from "../ui/format.js";
import { differs } from "../state/store.js";
import { linear, log } from "../ui/scale.js";
import { fitCanvas, h, setText } from "../ui/dom.js";

const LEFT = 34; // least width for the numbers of the axis, in pixels

/** The history, and the newest losses at its end. */
function series(/** @type {PageState} */ model) {
  const { history, frame } = model;
  const newest = frame && Number.isFinite(frame.trainLoss) ? { epoch: frame.epoch, train: frame.trainLoss, test: frame.testLoss } : null;
  const points = history.points;
  const last = points[points.length - 1];
  if (!newest || (last && last.epoch >= newest.epoch)) return points;
  return [...points, newest];
}

/** The index of the point whose epoch is nearest. */
function nearest(/** @type {HistoryPoint[]} */ points, /** @type {number} */ epoch) {
  let [low, high] = [0, points.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle].epoch < epoch) low = middle;
    else high = middle;
  }
  return Math.abs(points[low].epoch - epoch) < Math.abs(points[high].epoch - epoch) ? low : high;
}

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
    const points = series(model);
    const [top, bottom, right] = [6, height - 14, width - 2];
    let [lowest, highest] = [Infinity, 0];
    for (const { train, test } of points) {
      lowest = Math.min(lowest, train, test);
      highest = Math.max(highest, train, test);
    }
    if (!(highest > 0)) [lowest, highest] = [0.01, 0.5];
    const logarithmic = model.display.logScale;
    const floor = Math.max(lowest * 0.8, 1e-12);
    const scale = logarithmic
      ? log([floor, Math.max(highest * 1.1, floor * 2)], [bottom, top])
      : linear([0, highest * 1.05], [bottom, top]);
    const y = (/** @type {number} */ loss) => scale(logarithmic ? Math.max(loss, floor) : loss);
    const lastEpoch = Math.max(10, points.length ? points[points.length - 1].epoch : 10);

    context.font = `11px ${model.colors.sans}`;
    const ticks = scale.ticks(Math.max(2, Math.floor(height / 34)));
    const widest = Math.max(0, ...ticks.map((/** @type {number} */ tick) => context.measureText(formatTick(tick, i18n)).width));
    left = Math.max(LEFT, widest + 8);
    const x = linear([0, lastEpoch], [left, right]);
    context.fillStyle = model.colors.quiet;
    context.strokeStyle = model.colors.line;
    context.lineWidth = 1;
    context.textAlign = "right";
    for (const tick of ticks) {
      const place = Math.round(scale(tick)) + 0.5;
      context.beginPath();
      context.moveTo(left, place);
      context.lineTo(right, place);
      context.stroke();
      context.fillText(formatTick(tick, i18n), left - 4, place + 3.5);
    }
    context.textAlign = "left";
    context.fillText("0", left, height - 2);
    context.textAlign = "right";
    context.fillText(formatEpoch(lastEpoch, i18n), right, height - 2);

    for (const name of /** @type {const} */ (["test", "train"])) {
      context.beginPath();
      for (const each of points) context.lineTo(x(each.epoch), y(each[name]));
      context.strokeStyle = model.colors[name];
      context.lineWidth = 1.5;
      context.lineJoin = "round";
      context.stroke();
    }

    readout.hidden = pointed === null || points.length === 0;
    if (pointed === null || points.length === 0) return;
    const chosen = points[nearest(points, pointed * lastEpoch)];
    context.strokeStyle = model.colors.edge;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x(chosen.epoch), top);
    context.lineTo(x(chosen.epoch), bottom);
    context.stroke();
    const values = { epoch: formatEpoch(chosen.epoch, i18n), train: formatLoss(chosen.train, i18n), test: formatLoss(chosen.test, i18n) };
    setText(readout, i18n.t("readout.chart", values));
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
