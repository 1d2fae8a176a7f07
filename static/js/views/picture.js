// The large picture: the output of one node over the plane, with the data, the decision line and the probed place.
import { fillOf, isClassNode, isMulticlass, mapOf, middleOf, ringOf } from "./classes.js";
import { borders, contour } from "./contour.js";
import { fitCanvas, h, setText } from "../ui/dom.js";
import { CUSTOM } from "../settings/limits.js";
import { createLegend } from "./legend.js";
import { nodeName } from "./naming.js";
import { drawPoints, sortDrawn } from "./points.js";
import { createThumbnail } from "./thumbnail.js";

const TICKS = [-6, -4, -2, 0, 2, 4, 6];
const STEP = 0.25; // by which an arrow key moves the probed place

/** @param {HTMLElement} element @param {PictureOptions} options */
export function createPicture(element, { i18n, catalogue, watching, onProbe, onWatch }) {
  const [plane, marks, line] = [h("canvas"), h("canvas"), h("canvas")];
  const frame = h(
    "div",
    { class: "picture-frame", tabindex: "0", role: "img" },
    plane,
    marks,
    line,
  );
  const legend = createLegend({ i18n, onWatch });
  const label = (/** @type {number} */ tick) => (tick < 0 ? `−${-tick}` : String(tick));
  const down = h("div", { class: "axis down", "aria-hidden": "true" });
  const across = h("div", { class: "axis across", "aria-hidden": "true" });
  for (const tick of TICKS) {
    const share = `${((tick + 6) / 12) * 100}%`;
    down.append(h("span", { text: label(tick), style: `bottom: ${share}; transform: translateY(50%)` }));
    across.append(h("span", { text: label(tick), style: `left: ${share}` }));
  }
  element.append(down, frame, across, legend.element);

  const picture = createThumbnail(plane);
  /** @type {ReadyPage} */
  let model;
  /** @type {Record<string, unknown>} */
  let seen = {};
  /** @type {PlanePoint | null} */
  let asked = null;
  new ResizeObserver(() => model?.server && redraw(true)).observe(frame);

  function ask(/** @type {PlanePoint | null} */ place) {
    asked = place && {
      x1: Math.max(-6, Math.min(6, place.x1)),
      x2: Math.max(-6, Math.min(6, place.x2)),
    };
    onProbe(asked);
    if (model?.server) redraw(false, true);
  }

  function askAt(/** @type {PointerEvent} */ event) {
    const box = frame.getBoundingClientRect();
    ask({ x1: ((event.clientX - box.left) / box.width) * 12 - 6, x2: 6 - ((event.clientY - box.top) / box.height) * 12 });
  }

  frame.addEventListener("pointermove", askAt);
  frame.addEventListener("pointerdown", askAt);
  frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && ask(null));
  frame.addEventListener("blur", () => ask(null));
  frame.addEventListener("keydown", (event) => {
    const moves = /** @type {Record<string, number[]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const from = asked ?? { x1: 0, x2: 0 };
    ask({ x1: from.x1 + move[0] * STEP, x2: from.x2 + move[1] * STEP });
  });

  /** The class that is shown alone, or null. */
  const aloneIn = (/** @type {ReadyPage} */ { fine, server }) => (fine && isClassNode(fine, server) ? fine.neuron : null);

  function drawMarks(/** @type {number} */ size) {
    const context = fitCanvas(marks, size, size);
    context.clearRect(0, 0, size, size);
    const { colors, display, drawn } = model;
    const { config } = model.server;
    const own = config.dataset === CUSTOM;
    const points = own ? sortDrawn(drawn ?? config.points, model.points) : model.points;
    if (!points) return;
    const alone = aloneIn(model); // the points of other classes are faint
    const strength = (/** @type {number} */ target) => (alone === null || target === alone ? 1 : 0.3);
    const options = { size, radius: Math.max(2.2, size / 110), fill: fillOf(colors, config), alpha: strength };
    if (display.showTrain) drawPoints(context, points.train, { ...options, edge: ringOf(colors, config) });
    if (display.showTest) drawPoints(context, points.test, { ...options, edge: colors["test-ring"] });
    else if (own) {
      const alpha = (/** @type {number} */ target) => strength(target) / 2; // whoever drew them expects to see them
      drawPoints(context, points.test, { ...options, edge: colors["train-ring"], alpha });
    }
  }

  /** The segments of the decision line: x1, y1, x2, y2 of each, in cells. */
  function findLine() {
    const { fine, classes, server } = model;
    if (classes) return borders(classes.values, classes.resolution);
    return fine && fine.layer > 0 ? contour(fine.values, fine.resolution, (127 * middleOf(fine, server)) / fine.scale) : [];
  }

  /** Stroke the path in ink with a light edge, so that it can be seen on dark too. */
  function stroke(/** @type {CanvasRenderingContext2D} */ context, /** @type {number} */ width) {
    const { surface, ink } = model.colors;
    for (const [colour, wide] of /** @type {[string, number][]} */ ([[surface, 2 * width + 0.5], [ink, width]])) {
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.stroke();
    }
  }

  function drawLine(/** @type {number} */ size) {
    const context = fitCanvas(line, size, size);
    context.clearRect(0, 0, size, size);
    const { display, fine, classes } = model;
    const shown = fine ?? classes;
    if (display.decisionLine && shown) {
      const cell = size / shown.resolution;
      const pieces = findLine();
      context.beginPath();
      for (let i = 0; i + 3 < pieces.length; i += 4) {
        context.moveTo((pieces[i] + 0.5) * cell, (pieces[i + 1] + 0.5) * cell);
        context.lineTo((pieces[i + 2] + 0.5) * cell, (pieces[i + 3] + 0.5) * cell);
      }
      context.lineCap = "round";
      stroke(context, classes ? 1 : 1.5);
    }
    if (asked) {
      const [x, y] = [((asked.x1 + 6) / 12) * size, ((6 - asked.x2) / 12) * size];
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      stroke(context, 1.5);
    }
  }

  function redraw(/** @type {boolean} */ resized, moved = false) {
    const { fine, classes, points, drawn, colors, display, probe, server, watched } = model;
    const size = frame.clientWidth;
    if (!size) return;
    const recoloured = seen.colors !== colors || seen.display !== display;
    const alone = aloneIn(model);
    const newPoints = seen.points !== points || seen.alone !== alone || seen.drawn !== drawn || seen.config !== server.config;
    if (resized || recoloured || newPoints) drawMarks(size);
    const shown = fine ?? classes;
    if (shown && (resized || recoloured || moved || seen.shown !== shown)) {
      if (classes) picture.paint(classes.values, classes.resolution, colors.classes, display.discretize);
      else if (fine) picture.paint(fine.values, fine.resolution, mapOf(colors, server, fine), display.discretize, fine.scale);
      drawLine(size);
    }
    const output = server.shape.length - 1;
    const name = shown ? nodeName(i18n, fine ?? { layer: output, neuron: null }, server.shape, catalogue.features) : "";
    if (seen.name !== name) {
      setText(watching, !fine || (fine.layer === output && !isMulticlass(server.config)) ? "" : name);
      frame.setAttribute("aria-label", i18n.t("readout.picture", { node: name }));
    }
    if (moved || recoloured || seen.probe !== probe || seen.shown !== shown || seen.watched !== watched) {
      legend.update(model, Boolean(asked));
    }
    seen = { shown, points, drawn, alone, config: server.config, colors, display, probe, name, watched };
  }

  return {
    frame,
    /** The probed place, or null. */
    place: () => asked,
    /** @param {PageState} next */
    update(next) {
      model = /** @type {ReadyPage} */ (next);
      if (next.server) redraw(false);
    },
  };
}
