// The small panel in which a weight, a bias, or all that enters one neuron is read exactly and edited.
import { exact, typed } from "../ui/format.js";
import { biasIndex, weightIndex } from "../state/parameters.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { featureText, nodeName } from "./naming.js";

const LARGEST = 1e6; // the server's own bound on a weight that is set by hand

/**
 * @typedef {{layer: number, neuron: number, source?: number, only?: boolean}} Subject
 *   a neuron; with `source`, the weight from there; with `only`, its bias alone
 */

/**
 * @param {HTMLElement} element
 * @param {{i18n: I18n, catalogue: Catalogue, onWeight: Function, onBias: Function, onClose: Function, onInvalid: Function}} options
 */
export function createEditor(element, { i18n, catalogue, onWeight, onBias, onClose, onInvalid }) {
  const coarse = window.matchMedia("(pointer: coarse)");
  let model = null;
  /** @type {{read: () => number, input: HTMLInputElement, shown: string}[]} `shown` is what nobody has typed over */
  let rows = [];
  let shapeKey = "";
  let opener = null;

  const keyOf = () => JSON.stringify([model.server.shape, model.server.config.features]);

  function show(entry) {
    entry.shown = exact(entry.read());
    entry.input.value = entry.shown;
  }

  function row(name, index, write) {
    const read = () => model.parameters?.[index] ?? 0;
    const input = h("input", { inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": name.textContent });
    const entry = { read, input, shown: "" };
    show(entry);
    const take = () => {
      const value = typed(input.value);
      const good = Math.abs(value) <= LARGEST;
      input.setAttribute("aria-invalid", String(!good));
      if (!good) onInvalid(input.value);
      else if (exact(Math.fround(value)) !== exact(read())) {
        write(value);
        entry.shown = input.value; // from here on it follows the network again
        input.classList.remove("flash");
        void input.offsetWidth; // starts the flash anew
        input.classList.add("flash");
      }
    };
    input.addEventListener("change", take);
    input.addEventListener("keydown", (event) => event.key === "Enter" && (take(), input.select()));
    input.addEventListener("blur", () => {
      if (input.getAttribute("aria-invalid") !== "true") return;
      input.setAttribute("aria-invalid", "false");
      show(entry);
    });
    rows.push(entry);
    return [name, input];
  }

  function open(/** @type {Subject} */ subject, /** @type {{x: number, y: number}} */ at, from = null) {
    const { shape, layout, config } = model.server;
    const { layer, neuron, source } = subject;
    const title = nodeName(i18n, subject, shape, catalogue.features);
    const sourceName = (/** @type {number} */ each) =>
      layer === 1 ? featureText(config.features[each]) : nodeName(i18n, { layer: layer - 1, neuron: each }, shape, catalogue.features);
    rows = [];
    shapeKey = keyOf();
    opener = from;
    const sources = subject.only ? [] : source === undefined ? Array.from({ length: shape[layer - 1] }, (_, each) => each) : [source];
    const body = h("div", { class: "editor-rows" });
    for (const each of sources) {
      const name = h("span", { text: i18n.t("readout.from", { source: sourceName(each) }) });
      body.append(...row(name, weightIndex(layout, layer, each, neuron), (value) => onWeight({ layer, source: each, neuron, value })));
    }
    if (source === undefined) {
      const name = h("span", { text: i18n.t("control.bias.label") });
      body.append(...row(name, biasIndex(layout, layer, neuron), (value) => onBias({ layer, neuron, value })));
    }
    const head = h(
      "header",
      { class: "dialog-head" },
      h("h3", { text: title }),
      h(
        "button",
        { type: "button", class: "icon-button small", "aria-label": i18n.t("share.close"), on: { click: close } },
        icon("close"),
      ),
    );
    element.replaceChildren(head, body, h("p", { class: "quiet", text: i18n.t("edit.help") }));
    element.setAttribute("aria-label", title);
    element.hidden = false;
    const [left, top] = [at.x + window.scrollX, at.y + window.scrollY];
    element.style.left = `${
      Math.max(8, Math.min(left + 12, window.scrollX + document.documentElement.clientWidth - element.offsetWidth - 8))
    }px`;
    element.style.top = `${Math.max(window.scrollY + 8, Math.min(top, window.scrollY + window.innerHeight - element.offsetHeight - 8))}px`;
    if (coarse.matches) return; // a finger wants to look first, not to meet a keyboard
    rows[0]?.input.focus({ preventScroll: true });
    rows[0]?.input.select();
  }

  function close() {
    if (element.hidden) return;
    const inside = element.contains(document.activeElement);
    element.hidden = true;
    rows = [];
    if (inside) opener?.focus({ preventScroll: true });
    onClose();
  }

  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!element.contains(/** @type {Node} */ (event.target))) close();
  });

  return {
    open,
    close,
    /** Values that nobody is typing into follow the training. @param {PageState} next */
    update(next) {
      model = next;
      if (element.hidden || !model.server) return;
      if (shapeKey !== keyOf()) {
        close();
        return;
      }
      for (const entry of rows) {
        const { read, input, shown } = entry;
        if (input.value !== shown || !model.parameters || shown === exact(read())) continue;
        show(entry);
        if (document.activeElement === input) input.select();
      }
    },
  };
}
