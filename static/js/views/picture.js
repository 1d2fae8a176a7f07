// The large picture: what one node says at every place of the plane, with the data, the decision line and the place asked about.
import { value as formatValue } from "../format.js";
import { contour } from "./contour.js";
import { fitCanvas, make, setText } from "./dom.js";
import { nodeName } from "./naming.js";
import { drawPoints } from "./points.js";
import { createThumbnail } from "./thumbnail.js";

const TICKS = [-6, -4, -2, 0, 2, 4, 6];
const STEP = 0.25; // how far an arrow key moves the place asked about

/**
 * @param {HTMLElement} element
 * @param {{i18n: any, catalogue: any, watching: HTMLElement, onProbe: (place: {x1: number, x2: number} | null) => void}} options
 */
export function createPicture(element, { i18n, catalogue, watching, onProbe }) {
  const [plane, marks, line] = [make("canvas"), make("canvas"), make("canvas")];
  const frame = make(
    "div",
    { class: "picture-frame", tabindex: "0", role: "img" },
    plane, marks, line,
  );
  const mark = make("span", { class: "mark", hidden: true });
  const said = make("span", { class: "said" });
  const lowEnd = make("span", { text: "−1" });
  const label = (/** @type {number} */ tick) => (tick < 0 ? `−${-tick}` : String(tick));
  const down = make("div", { class: "axis down", "aria-hidden": "true" });
  const across = make("div", { class: "axis across", "aria-hidden": "true" });
  for (const tick of TICKS) {
    const share = `${((tick + 6) / 12) * 100}%`;
    down.append(make("span", { text: label(tick), style: `bottom: ${share}; transform: translateY(50%)` }));
    across.append(make("span", { text: label(tick), style: `left: ${share}` }));
  }
  element.append(
    down,
    frame,
    across,
    make(
      "div",
      { class: "colour-scale", data: { help: "legend.scale" } },
      make("div", { class: "ends" }, lowEnd, make("div", { class: "ramp" }, mark), make("span", { text: "1" })),
      said,
    ),
  );

  const picture = createThumbnail(plane);
  let model = null;
  let seen = {};
  let asked = null;
  new ResizeObserver(() => model?.server && redraw(true)).observe(frame);

  function ask(place) {
    asked = place && {
      x1: Math.max(-6, Math.min(6, place.x1)),
      x2: Math.max(-6, Math.min(6, place.x2)),
    };
    onProbe(asked);
    if (model?.server) redraw(false, true);
  }

  function askAt(event) {
    const box = frame.getBoundingClientRect();
    ask({ x1: ((event.clientX - box.left) / box.width) * 12 - 6, x2: 6 - ((event.clientY - box.top) / box.height) * 12 });
  }

  frame.addEventListener("pointermove", askAt);
  frame.addEventListener("pointerdown", askAt);
  frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && ask(null));
  frame.addEventListener("blur", () => ask(null));
  frame.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move) return;
    event.preventDefault();
    const from = asked ?? { x1: 0, x2: 0 };
    ask({ x1: from.x1 + move[0] * STEP, x2: from.x2 + move[1] * STEP });
  });

  /** The level that parts the classes, in 8-bit steps: a sigmoid's own middle, unless it is drawn around it already. */
  function middle({ layer, scale }) {
    const { shape, config } = model.server;
    const hiddenSigmoid = layer > 0 && layer < shape.length - 1 && config.activation === "sigmoid";
    return hiddenSigmoid ? 63.5 / scale : 0;
  }

  function drawMarks(size) {
    const context = fitCanvas(marks, size, size);
    context.clearRect(0, 0, size, size);
    if (!model.points) return;
    const options = { size, radius: Math.max(2.2, size / 110), fill: model.colors.css };
    if (model.display.showTrain) drawPoints(context, model.points.train, { ...options, edge: model.colors["train-ring"] });
    if (model.display.showTest) drawPoints(context, model.points.test, { ...options, edge: model.colors["test-ring"] });
  }

  function drawLine(size) {
    const context = fitCanvas(line, size, size);
    context.clearRect(0, 0, size, size);
    const { display, fine, colors } = model;
    if (display.decisionLine && fine.layer > 0) {
      const cell = size / fine.resolution;
      const pieces = contour(fine.values, fine.resolution, middle(fine));
      context.beginPath();
      for (let i = 0; i + 3 < pieces.length; i += 4) {
        context.moveTo((pieces[i] + 0.5) * cell, (pieces[i + 1] + 0.5) * cell);
        context.lineTo((pieces[i + 2] + 0.5) * cell, (pieces[i + 3] + 0.5) * cell);
      }
      context.lineCap = "round";
      for (const [colour, width] of [[colors.surface, 3.5], [colors.ink, 1.5]]) {
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.stroke();
      }
    }
    if (asked) {
      const [x, y] = [((asked.x1 + 6) / 12) * size, ((6 - asked.x2) / 12) * size];
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.strokeStyle = colors.ink;
      context.lineWidth = 1.5;
      context.stroke();
    }
  }

  /** Whether a node is an output from 0 to 1, drawn around its middle of 0.5. */
  const isSigmoidOutput = ({ layer }) =>
    layer === model.server.shape.length - 1 && model.server.config.output_activation === "sigmoid";

  /** What the network says at the place asked about: the server's exact value. */
  function drawSaid() {
    const { probe } = model;
    const known = asked && probe;
    mark.hidden = !known;
    if (!known) {
      setText(said, "");
      return;
    }
    const place = (/** @type {number} */ x) => formatValue(x, i18n);
    setText(said, i18n.t("readout.at", { x1: place(probe.x1), x2: place(probe.x2), value: formatValue(probe.value, i18n, 3) }));
    const drawn = Math.max(-1, Math.min(1, isSigmoidOutput(probe) ? 2 * probe.value - 1 : probe.value));
    mark.style.left = `${((drawn + 1) / 2) * 100}%`;
  }

  function redraw(resized, moved = false) {
    const { fine, points, colors, display, probe, server } = model;
    const size = frame.clientWidth;
    if (!size) return;
    const recoloured = seen.colors !== colors || seen.display !== display;
    if (resized || recoloured || seen.points !== points) drawMarks(size);
    if (fine && (resized || recoloured || moved || seen.fine !== fine)) {
      picture.paint(fine.values, fine.resolution, colors, display.discretize, fine.scale);
      drawLine(size);
    }
    const name = fine ? nodeName(i18n, fine, server.shape, catalogue.features) : "";
    if (fine) setText(lowEnd, isSigmoidOutput(fine) ? "0" : "−1");
    if (seen.name !== name) {
      setText(watching, fine?.layer === server.shape.length - 1 ? "" : name);
      frame.setAttribute("aria-label", i18n.t("readout.picture", { node: name }));
    }
    if (server && (moved || seen.probe !== probe)) drawSaid();
    seen = { fine, points, colors, display, probe, name };
  }

  return {
    /** @param {any} next */
    update(next) {
      model = next;
      if (model.server) redraw(false);
    },
  };
}
