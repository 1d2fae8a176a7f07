// The settings beside the time controls, and the way to the panel with the rest of them.
import { changedIn } from "../settings/fields.js";
import { SPEEDS } from "../settings/limits.js";
import { createBounds, hintAt, offer } from "./bounds.js";
import { createCombo } from "../ui/combo-box.js";
import { h, setText } from "../ui/dom.js";
import { createLazy, loadStyle } from "../ui/lazy.js";

/** The settings that are chosen from a list in the bar; their choices are named choice.NAME. */
const SELECTS = ["activation", "regularization", "problem"];
const COMBOS = { learningRate: "learning_rate", regularizationRate: "regularization_rate" };
const LAYERS = "layers"; // the activation where each layer has its own
const BESIDE = ".bar, .output, .messages"; // what is used with the panel open

const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/**
 * @param {HTMLElement} element
 * @param {{i18n: I18n, catalogue: Catalogue, hide: Record<string, string>, onChange: (changes: Record<string, unknown>) => void,
 *   onToggleFeature: (name: string) => void, onSpeed: (speed: number | null) => void, onValid: () => void,
 *   onInvalid: (text: string, expected: string) => void}} options
 */
export function createSettings(element, options) {
  const { i18n, catalogue, onChange, onSpeed, onValid, onInvalid } = options;
  const { fields } = catalogue;
  const { inBounds, expected } = createBounds(options);

  const combos = Object.entries(COMBOS).map(([id, field]) => {
    const place = element.querySelector(`[data-combo="${id}"]`);
    const combo = createCombo(place, {
      id,
      label: i18n.t(`control.${id}.label`),
      values: fields[field].offered.values,
      valid: (value) => inBounds(field, value),
      onChoose: (value) => onChange({ [field]: value }),
      onValid,
      onInvalid: (text) => onInvalid(text, expected(field)),
    });
    return { field, combo };
  });

  for (const name of SELECTS) {
    byId(name).addEventListener("change", (event) => event.target.value !== LAYERS && onChange({ [name]: event.target.value }));
  }

  const speed = byId("speed");
  const speedText = (
    /** @type {number | null} */ each,
  ) => (each === null ? i18n.t("choice.speed.max") : i18n.t("choice.speed.value", { n: each }));
  for (const each of SPEEDS) speed.append(h("option", { value: String(each), text: speedText(each) }));
  speed.addEventListener("change", () => onSpeed(speed.value === "null" ? null : Number(speed.value)));

  const more = createOpener(element, options);
  let seen = null;
  return {
    /** @param {PageState} model */
    update({ server }) {
      if (!server || server === seen) return;
      seen = server;
      const { config } = server;
      for (const { field, combo } of combos) combo.update(config[field]);
      const layered = config.layer_activations.some((/** @type {string} */ each) => each !== config.layer_activations[0]);
      for (const name of SELECTS) {
        const mixed = name === "activation" && layered;
        const value = mixed ? LAYERS : name === "activation" ? (config.layer_activations[0] ?? config.activation) : config[name];
        const select = byId(name);
        offer(select, [...fields[name].choices, ...(mixed ? [LAYERS] : [])], (choice) => i18n.t(`choice.${name}.${choice}`));
        select.value = value;
        hintAt(select.closest(".field").querySelector(".label"), name, value);
      }
      const chosen = String(server.speed);
      if (![...speed.options].some((each) => each.value === chosen)) {
        speed.append(h("option", { value: chosen, text: speedText(server.speed) }));
      }
      speed.value = chosen;
      more.update(config);
    },
  };
}

/** The button that opens the panel, with a quiet sign where something in there is not as usual. The panel itself is loaded when it is wanted. */
function createOpener(element, options) {
  const { i18n, catalogue } = options;
  const panel = byId("advanced");
  const opener = /** @type {HTMLElement} */ (element.querySelector('[data-action="advanced"]'));
  const sign = /** @type {HTMLElement} */ (opener.querySelector(".visually-hidden"));
  const list = new Intl.ListFormat(i18n.locale, { type: "conjunction" });
  const view = createLazy(async () => {
    const [{ createAdvanced }] = await Promise.all([import("./advanced.js"), i18n.complete(), loadStyle("advanced")]);
    return createAdvanced(panel, options);
  });

  function close() {
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  }

  const open = () =>
    view.use(() => {
      panel.hidden = false;
      opener.setAttribute("aria-expanded", "true");
      panel.focus();
    });

  opener.addEventListener("click", () => (panel.hidden ? open() : close()));
  panel.querySelector('[data-action="closeAdvanced"]').addEventListener("click", () => {
    close();
    opener.focus();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    close();
    opener.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!panel.hidden && event.target instanceof Element && !event.target.closest(BESIDE)) close();
  });

  return {
    /** @param {Config} config settings */
    update(config) {
      const names = changedIn(config, catalogue).map((id) => i18n.t(`control.${id}.label`));
      const said = names.length > 0 ? i18n.t("readout.changed", { names: list.format(names) }) : "";
      setText(sign, said);
      opener.classList.toggle("changed", names.length > 0);
      opener.dataset.note = said;
      view.update(config);
    },
  };
}
