// Which numbers a setting takes, and how that is said.

/** @param {{i18n: I18n, catalogue: Catalogue}} options */
export function createBounds({ i18n, catalogue }) {
  /** The limits of a setting, or of each entry of a list. @param {string} field */
  const limits = (field) => catalogue.fields[field].items ?? catalogue.fields[field];

  return {
    /** @param {string} field @param {number} value */
    inBounds(field, value) {
      const { minimum = -Infinity, maximum = Infinity, exclusive_minimum: above = -Infinity } = limits(field);
      const whole = catalogue.fields[field].type === "integer";
      return value >= minimum && value <= maximum && value > above && (!whole || Number.isInteger(value));
    },

    /** What may stand in a field, in words. @param {string} field */
    expected(field) {
      const { minimum: low, maximum: high, exclusive_minimum: above } = limits(field);
      const number = (/** @type {number} */ each) => i18n.number(each, { maximumFractionDigits: 12 });
      const kind = above !== undefined ? "above" : catalogue.fields[field].type === "integer" ? "whole" : "between";
      return i18n.t(`edit.${kind}`, { low: number(above ?? low), high: number(high) });
    },
  };
}

/** Offer exactly these choices in a select, naming each. @param {any} select @param {string[]} choices @param {(choice: string) => string} name */
export function offer(select, choices, name) {
  const key = choices.join();
  if (select.dataset.choices === key) return;
  select.dataset.choices = key;
  const made = choices.map((value) => Object.assign(document.createElement("option"), { value, textContent: name(value) }));
  select.replaceChildren(...made);
}

/** What the help of a label says about the present choice. @param {HTMLElement} label @param {string} words @param {string} choice */
export function hintAt(label, words, choice) {
  label.dataset.chosen = `choice.${words}.${choice}`;
  label.dataset.hint = `hint.${words}.${choice}`;
}
