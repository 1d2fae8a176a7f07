// Below the picture: what its colours mean, and what the network says at the place asked about.
import { value as formatValue } from "../ui/format.js";
import { isClassNode, isMulticlass, isProbability } from "./classes.js";
import { h, setText } from "../ui/dom.js";

/** @param {{i18n: I18n, onWatch: (node: NodeAddress | null) => void}} options */
export function createLegend({ i18n, onWatch }) {
  const mark = h("span", { class: "mark", hidden: true });
  const lowEnd = h("span", { text: "−1" });
  const ends = h("div", { class: "ends" }, lowEnd, h("div", { class: "ramp" }, mark), h("span", { text: "1" }));
  const keys = h("div", { class: "class-keys", hidden: true });
  const said = h("span", { class: "readout" });
  const place = h("span", { class: "quiet" });
  const element = h(
    "div",
    { class: "colour-scale", data: { help: "legend.scale" } },
    ends,
    keys,
    h("span", { class: "readout-group" }, said, place),
  );

  let model = null;
  /** @type {{button: HTMLElement, share: HTMLElement}[]} */
  let classes = [];

  const percent = (/** @type {number} */ share, style = "percent") =>
    i18n.number(style === "percent" ? share : Math.round(100 * share), { style, maximumFractionDigits: 0 });

  function makeKey(_, neuron) {
    const node = () => ({ layer: model.server.shape.length - 1, neuron });
    const share = h("span", { class: "share" });
    let mouse = false; // which shows a class by pointing at it; a finger taps, and taps again
    const button = h(
      "button",
      {
        type: "button",
        class: "class-key",
        "aria-label": i18n.t("classes.name", { index: neuron }),
        data: { help: "classes.legend" },
        on: {
          pointerenter: (event) => {
            mouse = event.pointerType === "mouse";
            if (mouse) onWatch(node());
          },
          pointerleave: () => mouse && onWatch(null),
          focus: () => button.matches(":focus-visible") && onWatch(node()),
          blur: () => onWatch(null),
          click: () => mouse || onWatch(button.classList.contains("watched") ? null : node()),
        },
      },
      h("span", { class: "class-chip", text: String(neuron) }),
      share,
    );
    return { button, share };
  }

  function showKeys({ server, colors, watched }) {
    const count = server.shape[server.shape.length - 1];
    if (classes.length !== count) {
      classes = Array.from({ length: count }, makeKey);
      keys.replaceChildren(...classes.map(({ button }) => button));
    }
    classes.forEach(({ button }, index) => {
      button.style.setProperty("--class", colors.classes.css(index));
      button.style.setProperty("--on-class", colors.classes.ink(index));
      button.classList.toggle("watched", Boolean(watched) && isClassNode(watched, server) && watched.neuron === index);
    });
  }

  /** The class with the largest probability, or the one that is watched. */
  function sayClasses(probe) {
    const shares = probe?.values ?? [];
    const whole = probe?.neuron === null;
    classes.forEach(({ share }, index) => {
      const own = whole ? shares[index] : index === probe?.neuron ? shares[0] : undefined;
      setText(share, own === undefined ? "" : percent(own, "decimal"));
    });
    if (!probe) return "";
    const index = whole ? shares.indexOf(Math.max(...shares)) : probe.neuron;
    return i18n.t("classes.probability", { index, share: percent(whole ? shares[index] : shares[0]) });
  }

  return {
    element,

    /** @param {PageState} next @param {boolean} asked whether a place is asked about */
    update(next, asked) {
      model = next;
      const { fine, server } = model;
      const probe = asked ? model.probe : null;
      const classwise = isMulticlass(server.config) && (!fine || isClassNode(fine, server));
      ends.hidden = classwise;
      keys.hidden = !classwise;
      element.dataset.help = classwise ? "classes.legend" : "legend.scale";
      element.classList.toggle("classwise", classwise);
      mark.hidden = !probe || classwise;
      const at = probe && { x1: formatValue(probe.x1, i18n), x2: formatValue(probe.x2, i18n) };
      if (classwise) {
        showKeys(model);
        setText(said, sayClasses(probe));
        setText(place, at ? i18n.t("classes.place", at) : "");
        return;
      }
      if (fine) setText(lowEnd, isProbability(fine, server) ? "0" : "−1");
      setText(place, "");
      setText(said, probe ? i18n.t("readout.at", { ...at, value: formatValue(probe.values[0], i18n, 3) }) : "");
      if (!probe) return;
      const [value] = probe.values;
      const drawn = Math.max(-1, Math.min(1, isProbability(probe, server) ? 2 * value - 1 : value));
      mark.style.left = `${((drawn + 1) / 2) * 100}%`;
    },
  };
}
