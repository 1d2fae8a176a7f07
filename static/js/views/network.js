// The network: layout, links, nodes and layer controls, kept in step with the state.
import { biasIndex, weightIndex } from "../state/parameters.js";
import { weight as formatWeight } from "../ui/format.js";
import { h, prefersStill, setText } from "../ui/dom.js";
import { createLayers } from "./layers.js";
import { arrange } from "./layout.js";
import { createLinks } from "./links.js";
import { featureText, nodeName } from "./naming.js";
import { createNodes } from "./nodes.js";

const USUAL = 7; // inputs that always stand there; the further ones come when they are switched on

/**
 * @param {HTMLElement} board
 * @param {{i18n: I18n, catalogue: Catalogue, hide: Record<string, string>, onWatch: Function, onToggleFeature: Function, onNeurons: Function,
 *   onOpenNeuron: Function, onOpenWeight: Function, onOpenBias: Function}} options
 */
export function createNetwork(board, options) {
  const { i18n, catalogue, onWatch, onToggleFeature, onNeurons, onOpenNeuron, onOpenWeight, onOpenBias } = options;
  const features = catalogue.features;
  const offered = catalogue.fields.hidden_layers.offered;
  const canvas = h("canvas", { "aria-hidden": "true" });
  const said = h("div", { class: "link-readout", hidden: true });
  board.append(canvas, said);

  const links = createLinks(canvas);
  const layers = createLayers(board, {
    i18n,
    bounds: { minimum: offered.minimum_neurons, maximum: offered.maximum_neurons },
    onNeurons,
  });
  const nodes = createNodes(board, {
    i18n,
    features,
    hide: options.hide,
    onWatch,
    onToggle: onToggleFeature,
    onOpen: onOpenNeuron,
    onBias: onOpenBias,
    onSay: say,
  });

  let layout = null;
  let model = null;
  let seen = {};
  let pointed = null; // what the pointer rests on: {bias: address} or {link}
  const coarse = window.matchMedia("(pointer: coarse)");
  new ResizeObserver(() => model?.server && redraw(true)).observe(/** @type {Element} */ (board.parentElement));

  /** The links' own numbering of inputs is that of the chosen ones; a node's is that of all. */
  const place = (layer, neuron) =>
    layer === 0 ? layout.place(0, features.indexOf(model.server.config.features[neuron])) : layout.place(layer, neuron);

  function say(what) {
    pointed = what;
    if (model?.server) redraw(false);
  }

  function showSaid() {
    const { shape, layout: offsets, config } = model.server;
    const parameters = model.parameters;
    said.hidden = !pointed || !parameters;
    if (said.hidden) return;
    let [value, name, at] = [0, "", { x: 0, y: 0 }];
    if (pointed.bias) {
      value = parameters[biasIndex(offsets, pointed.bias.layer, pointed.bias.neuron)];
      name = i18n.t("readout.biasOf", { target: nodeName(i18n, pointed.bias, shape, features) });
      at = layout.place(pointed.bias.layer, pointed.bias.neuron);
    } else {
      const { layer, source, neuron } = pointed.link;
      value = parameters[weightIndex(offsets, layer, source, neuron)];
      const from = layer === 1
        ? featureText(config.features[source])
        : nodeName(i18n, { layer: layer - 1, neuron: source }, shape, features);
      name = i18n.t("readout.weightFrom", { source: from, target: nodeName(i18n, { layer, neuron }, shape, features) });
      at = pointed.at;
    }
    setText(said, i18n.t("readout.named", { name, value: formatWeight(value, i18n) }));
    const half = said.offsetWidth / 2 + 4;
    said.style.left = `${Math.max(half, Math.min(layout.width - half, at.x))}px`;
    said.style.top = `${Math.max(40, at.y)}px`;
  }

  function nearLink(event) {
    if (!layout || event.target !== canvas) return null;
    const box = canvas.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    const link = links.near(at.x, at.y);
    return link && { link, at };
  }

  canvas.addEventListener("pointermove", (event) => {
    const near = nearLink(event);
    canvas.style.cursor = near ? "pointer" : "";
    if (near || pointed?.link) say(near);
  });
  canvas.addEventListener("pointerleave", () => pointed?.link && say(null));
  canvas.addEventListener("click", (event) => {
    const near = nearLink(event);
    if (!near) return;
    say(null);
    onOpenWeight(near.link, { x: event.clientX, y: event.clientY });
  });

  const keyOf = ({ shape, config }) => JSON.stringify([shape, config.features]);

  /** Where everything stands. Inputs have the catalogue's numbers, and only those that are shown have a place. */
  function layOut({ config, shape }, shown) {
    const { clientWidth: width, clientHeight: height } = /** @type {HTMLElement} */ (board.parentElement);
    const rest = { outputs: shape[shape.length - 1], longNames: shown.length > USUAL };
    const arranged = arrange(config.hidden_layers, shown.length, { width, height, wide: coarse.matches }, rest);
    return { ...arranged, place: (layer, neuron) => arranged.place(layer, layer === 0 ? Math.max(0, shown.indexOf(neuron)) : neuron) };
  }

  function redraw(resized) {
    const { server, colors, display } = model;
    const { shape, config } = server;
    const key = keyOf(server);
    const tail = JSON.stringify(shape.slice(1)); // inputs come and go without making the nodes anew
    const rebuilt = seen.tail !== tail;
    if (resized || seen.key !== key || !layout) {
      const shown = features.flatMap((name, index) => (index < USUAL || config.features.includes(name) ? [index] : []));
      layout = layOut(server, shown);
      board.style.width = `${layout.width}px`;
      links.layout(server.layout, place, layout);
      layers.update(config.hidden_layers, layout);
      if (rebuilt) nodes.rebuild(shape, layout);
      else nodes.place(layout);
      nodes.choose(config.features, shown);
      pointed = null;
      seen.watched = undefined;
    }
    const repaint = rebuilt || seen.colors !== colors || seen.discretize !== display.discretize;
    if (model.inputs && (repaint || seen.inputs !== model.inputs)) nodes.paintInputs(model.inputs, colors, display.discretize);
    if (model.coarse && (repaint || seen.coarse !== model.coarse)) nodes.paintNeurons(model.coarse, server, colors, display.discretize);
    if (rebuilt || seen.colors !== colors) nodes.paintChips(colors);
    if (model.parameters) {
      if (repaint || seen.parameters !== model.parameters) nodes.paintBiases(model.parameters, server.layout, colors);
      const { playing } = server;
      const flowing = playing && !prefersStill();
      links.draw(model.parameters, colors, { playing, flowing, marked: pointed?.link ?? null, now: performance.now() });
    }
    if (seen.watched !== model.watched) nodes.mark(model.watched);
    seen = {
      key,
      tail,
      colors,
      discretize: display.discretize,
      inputs: model.inputs,
      coarse: model.coarse,
      parameters: model.parameters,
      watched: model.watched,
      playing: server.playing,
    };
    showSaid();
  }

  return {
    /** @param {PageState} next */
    update(next) {
      model = next;
      if (!model.server) return;
      const { server, parameters, coarse: pictures, inputs, colors, display, watched } = model;
      const same = seen.key === keyOf(server) &&
        seen.parameters === parameters &&
        seen.coarse === pictures &&
        seen.inputs === inputs &&
        seen.colors === colors &&
        seen.discretize === display.discretize &&
        seen.watched === watched &&
        seen.playing === server.playing;
      if (!same) redraw(false);
    },
  };
}
