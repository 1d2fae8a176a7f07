// The small panel that shows and edits a weight, a bias, or all weights and the bias of a neuron.
import { exact, typed } from "../ui/format.js";
import { biasIndex, weightIndex } from "../state/parameters.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { featureText, nodeName } from "./naming.js";

const LARGEST = 1e6; // magnitude of a weight that the server accepts

/** @param {HTMLElement} element @param {EditorOptions} options */
export function createEditor(element, { i18n, catalogue, onWeight, onBias, onClose, onInvalid }) {
  const coarse = window.matchMedia("(pointer: coarse)");
  /** @type {ReadyPage} */
  let model;
  /** @type {{read: () => number, input: HTMLInputElement, shown: string}[]} `shown` is the text as long as nobody has typed */
  let rows = [];
  let shapeKey = "";
  /** @type {HTMLElement | null} */
  let opener = null;

  const keyOf = () => JSON.stringify([model.server.shape, model.server.config.features]);

  function show(/** @type {typeof rows[number]} */ entry) {
    entry.shown = exact(entry.read());
    entry.input.value = entry.shown;
  }

  /** A name and a field for the parameter at `index`. @param {HTMLElement} name @param {number} index @param {(value: number) => void} write */
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
        entry.shown = input.value; // from now on the field follows the training again
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

  function open(/** @type {EditorSubject} */ subject, /** @type {Place} */ at, /** @type {HTMLElement | null} */ from = null) {
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
    if (coarse.matches) return; // focus would open the keyboard of a touch screen
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
    /** Show the current values, except in a field that somebody types in. @param {PageState} next */
    update(next) {
      model = /** @type {ReadyPage} */ (next);
      if (element.hidden || !next.server) return;
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
