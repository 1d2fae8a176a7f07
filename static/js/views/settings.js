// The settings beside the time controls, and the panel with the rest of them.
import { typed } from "../format.js";
import { createCombo } from "./combo.js";
import { make } from "./dom.js";

/** Which setting of a training each select changes, and where its choices are named. */
const SELECTS = {
  activation: { field: "activation", words: "choice.activation" },
  regularization: { field: "regularization", words: "choice.regularization" },
  problem: { field: "problem", words: "choice.problem" },
  outputActivation: { field: "output_activation", words: "choice.output" },
  initializer: { field: "initializer", words: "choice.initializer" },
};
const COMBOS = { learningRate: "learning_rate", regularizationRate: "regularization_rate" };
const SEEDS = { dataSeed: "data_seed", weightsSeed: "weights_seed" };
const SPEEDS = [2, 5, 10, 25, 60, 250, null];

const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/**
 * @param {HTMLElement} element
 * @param {{i18n: any, catalogue: any, onChange: (changes: Record<string, unknown>) => void, onSpeed: (speed: number | null) => void,
 *   onValid: () => void, onInvalid: (text: string, expected: string) => void}} options
 */
export function createSettings(element, { i18n, catalogue, onChange, onSpeed, onValid, onInvalid }) {
  const { fields } = catalogue;

  function inBounds(field, value) {
    const { minimum, maximum, exclusive_minimum: above } = fields[field];
    return (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum) && (above === undefined || value > above);
  }

  /** What may stand in a field, in words. */
  function expected(field) {
    const { type, minimum: low, maximum: high, exclusive_minimum: above } = fields[field];
    const number = (/** @type {number} */ each) => i18n.number(each, { maximumFractionDigits: 6 });
    const kind = above !== undefined ? "above" : type === "integer" ? "whole" : "between";
    return i18n.t(`edit.${kind}`, { low: number(above ?? low), high: number(high) });
  }

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

  /** Offer exactly these choices, naming each. */
  function offer(select, words, choices) {
    const key = choices.join();
    if (select.dataset.choices === key) return;
    select.dataset.choices = key;
    select.replaceChildren(...choices.map((choice) => make("option", { value: choice, text: i18n.t(`${words}.${choice}`) })));
  }

  for (const [id, { field }] of Object.entries(SELECTS)) {
    byId(id).addEventListener("change", (event) => onChange({ [field]: event.target.value }));
  }

  const speed = byId("speed");
  const speedText = (/** @type {number | null} */ each) => (each === null ? i18n.t("choice.speed.max") : i18n.t("choice.speed.value", { n: each }));
  for (const each of SPEEDS) speed.append(make("option", { value: String(each), text: speedText(each) }));
  speed.addEventListener("change", () => onSpeed(speed.value === "null" ? null : Number(speed.value)));

  for (const [id, field] of Object.entries(SEEDS)) {
    const input = byId(id);
    input.addEventListener("change", () => {
      const value = typed(input.value);
      const good = Number.isInteger(value) && inBounds(field, value);
      input.setAttribute("aria-invalid", String(!good));
      if (!good) {
        onInvalid(input.value, expected(field));
        return;
      }
      onValid();
      onChange({ [field]: value });
    });
  }

  const more = byId("more");
  const opener = /** @type {HTMLElement} */ (element.querySelector('[data-action="more"]'));
  function open(shown) {
    more.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
  }
  opener.addEventListener("click", () => {
    open(more.hidden);
    if (!more.hidden) more.querySelector("select").focus();
  });
  more.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    opener.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!more.hidden && !more.contains(target) && !opener.contains(target)) open(false);
  });

  let seen = null;
  return {
    /** @param {any} model */
    update({ server }) {
      if (!server || server === seen) return;
      seen = server;
      const { config } = server;
      for (const { field, combo } of combos) combo.update(config[field]);
      for (const [id, { field, words }] of Object.entries(SELECTS)) {
        const select = byId(id);
        offer(select, words, field === "output_activation" ? catalogue.outputs[config.problem] : fields[field].choices);
        select.value = config[field];
        const { dataset } = select.closest(".field").querySelector(".label");
        dataset.chosen = `${words}.${config[field]}`;
        dataset.hint = dataset.chosen.replace("choice", "hint");
      }
      const chosen = String(server.speed);
      if (![...speed.options].some((each) => each.value === chosen)) {
        speed.append(make("option", { value: chosen, text: speedText(server.speed) }));
      }
      speed.value = chosen;
      for (const [id, field] of Object.entries(SEEDS)) {
        const input = byId(id);
        if (document.activeElement !== input || input.getAttribute("aria-invalid") !== "true") input.value = String(config[field]);
      }
    },
  };
}
