// The advanced panel, made from the table of settings when it is first opened.
import { ADVANCED_INPUTS, changedIn, choicesOf, isChanged, isRelevant, restoring, SETTINGS } from "../settings/fields.js";
import { createBounds } from "../settings/bounds.js";
import { createCombo } from "../ui/combo-box.js";
import { h } from "../ui/dom.js";
import { typed } from "../ui/format.js";
import { hintAt, offer } from "../ui/select.js";
import { featureMath, featureText } from "./naming.js";

/** The headings, in columns on wide screens. */
const COLUMNS = [["network", "inputs"], ["training"], ["start", "overfitting"]];

/** The row of the inputs, which is no setting of the table. @type {Setting} */
const MORE_INPUTS = { id: "moreInputs", field: "features", kind: "inputs" };

/** @param {HTMLElement} element @param {SettingsOptions} options */
export function createAdvanced(element, { i18n, catalogue, hide, onChange, onToggleFeature, onValid, onInvalid }) {
  const { inBounds, expected } = createBounds({ i18n, catalogue });
  /** @type {Config} */
  let config;

  /** @param {HTMLElement} place @param {string} id @param {string} label @param {string} field @param {(value: number) => void} onChoose */
  const combo = (place, id, label, field, onChoose) =>
    createCombo(place, {
      id,
      label,
      values: catalogue.fields[field].offered.values,
      valid: (value) => inBounds(field, value),
      onChoose,
      onValid,
      onInvalid: (text) => onInvalid(text, expected(field)),
    });

  /** A select. @param {Setting} setting @param {HTMLElement} label */
  function makeChoice(setting, label) {
    const { id, field, words = field } = setting;
    const select = h("select", { id, on: { change: () => onChange({ [field]: select.value }) } });
    return {
      control: select,
      update() {
        offer(select, choicesOf(setting, config, catalogue), (choice) => i18n.t(`choice.${words}.${choice}`));
        select.classList.toggle("only", select.options.length < 2);
        select.value = config[field];
        hintAt(label, words, config[field]);
      },
    };
  }

  /** A number: a combo box if there are usual values, or a text field. @param {Setting} setting */
  function makeNumber({ id, field }) {
    if (catalogue.fields[field].offered) {
      const control = h("span", { class: "combo" });
      const chosen = combo(control, id, i18n.t(`control.${id}.label`), field, (value) => onChange({ [field]: value }));
      return { control, update: () => chosen.update(config[field]) };
    }
    const input = h("input", { id, inputmode: "numeric", autocomplete: "off", spellcheck: "false" });
    input.addEventListener("change", () => {
      const value = typed(input.value);
      const good = inBounds(field, value);
      input.setAttribute("aria-invalid", String(!good));
      if (!good) return onInvalid(input.value, expected(field));
      onValid();
      return onChange({ [field]: value });
    });
    return {
      control: input,
      update() {
        if (document.activeElement !== input || input.getAttribute("aria-invalid") !== "true") input.value = String(config[field]);
      },
    };
  }

  /** One control for each hidden layer. @param {Setting} setting */
  function makeLayers({ id, field, kind, words = field }) {
    const name = i18n.t(`control.${id}.label`);
    const control = h("div", { class: "per-layer", role: "group", "aria-label": name });
    const named = (/** @type {number} */ layer) => i18n.t("readout.inLayer", { action: name, layer: layer + 1 });
    /** Choices or numbers, by `kind`. @type {(string | number)[]} */
    let values = [];
    /** @type {((value: any) => void)[]} */
    let cells = [];

    function change(/** @type {number} */ layer, /** @type {string | number} */ value) {
      values = values.map((each, index) => (index === layer ? value : each));
      const alike = values.every((each) => each === values[0]);
      if (kind === "choices" && alike) onChange({ activation: value });
      else onChange({ [field]: values.some((each) => each !== 0) ? values : [] });
    }

    /** Make the control of a layer; returns a function that shows its value. @param {number} layer @returns {(value: any) => void} */
    function makeCell(layer) {
      const cell = h("span", { class: "cell" }, h("span", { class: "quiet", "aria-hidden": "true", text: String(layer + 1) }));
      control.append(cell);
      if (kind === "choices") {
        const select = h("select", {
          "aria-label": named(layer),
          data: { help: `control.${id}.help` },
          on: { change: () => change(layer, select.value) },
        });
        offer(select, catalogue.fields[field].choices, (choice) => i18n.t(`choice.${words}.${choice}`));
        cell.append(select);
        return (value) => {
          select.value = value;
          hintAt(select, words, value);
        };
      }
      const place = h("span", { class: "combo" });
      cell.append(place);
      const chosen = combo(place, `${id}${layer + 1}`, named(layer), field, (value) => change(layer, value));
      place.querySelector("input")?.setAttribute("aria-label", named(layer));
      return chosen.update;
    }

    return {
      control,
      update() {
        const { hidden_layers: layers, activation } = config;
        values = config[field].length > 0 ? config[field] : layers.map(() => (kind === "choices" ? activation : 0));
        if (cells.length !== layers.length) {
          control.replaceChildren();
          cells = layers.map((_, layer) => makeCell(layer));
        }
        cells.forEach((cell, layer) => cell(values[layer]));
      },
    };
  }

  /** Inputs to switch on and off. */
  function makeInputs() {
    const buttons = ADVANCED_INPUTS.map((name) => {
      const data = { help: `hint.feature.${name}`, hideSwitch: hide[name] };
      return h("button", {
        type: "button",
        class: "chip",
        "aria-label": featureText(name),
        data,
        on: { click: () => onToggleFeature(name) },
      }, featureMath(name));
    });
    const control = h("div", { class: "chips", role: "group", "aria-label": i18n.t("control.moreInputs.label") }, ...buttons);
    const update = () =>
      buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(config.features.includes(ADVANCED_INPUTS[index]))));
    return { control, update };
  }

  const makers = { choice: makeChoice, number: makeNumber, choices: makeLayers, numbers: makeLayers, inputs: makeInputs };
  const isOne = (/** @type {Setting} */ { kind }) => kind === "choice" || kind === "number";

  function makeField(/** @type {Setting} */ setting) {
    const { id } = setting;
    const label = h(isOne(setting) ? "label" : "span", {
      class: "label",
      text: i18n.t(`control.${id}.label`),
      data: { help: `control.${id}.help` },
    });
    if (isOne(setting)) label.setAttribute("for", id);
    const { control, update } = makers[setting.kind](setting, label);
    const field = h("div", { class: setting.kind === "number" && !setting.wide ? "field" : "field wide" }, label, control);
    return {
      field,
      update() {
        field.hidden = !isRelevant(setting, config, catalogue);
        if (field.hidden) return;
        update();
        const changed = setting === MORE_INPUTS ? changedIn(config, catalogue).includes(id) : isChanged(setting, config, catalogue);
        label.classList.toggle("changed", changed);
      },
    };
  }

  function makeGroup(/** @type {string} */ name) {
    const settings = SETTINGS.filter(({ group }) => group === name);
    if (name === "inputs") settings.push(MORE_INPUTS);
    const fields = settings.map(makeField);
    const group = h(
      "section",
      { class: "advanced-group" },
      h("h3", { text: i18n.t(`group.${name}`) }),
      ...fields.map(({ field }) => field),
    );
    const update = () => {
      for (const field of fields) field.update();
      group.hidden = fields.every(({ field }) => field.hidden);
    };
    return { group, update };
  }

  const groups = COLUMNS.map((names) => names.map(makeGroup));
  const columns = groups.map((column) => h("div", { class: "advanced-column" }, ...column.map(({ group }) => group)));
  element.append(h("div", { class: "advanced-columns" }, ...columns));
  const restore = /** @type {HTMLButtonElement} */ (element.querySelector('[data-action="restore"]'));
  restore.addEventListener("click", () => {
    onValid();
    onChange(restoring(config, catalogue));
  });

  return {
    /** @param {Config} next */
    update(next) {
      config = next;
      for (const { update } of groups.flat()) update();
      restore.disabled = Object.keys(restoring(config, catalogue)).length === 0;
    },
  };
}
