// A list of settings to tick: what learners cannot change.
import { make } from "../views/dom.js";
import { tick } from "./dialog.js";
import { fieldName, FURTHER, LOCKABLE } from "./fieldwords.js";

/** @param {any} i18n */
export function createLockForm(i18n) {
  const element = make("div", { class: "lock-form share-choices" });
  const boxes = new Map(LOCKABLE.map((field) => [field, tick(fieldName(i18n, field))]));
  const further = tick(i18n.t("teach.locks.further"));
  element.append(...[...boxes.values()].map((each) => each.element), further.element);
  const all = [...boxes.values(), further];
  return {
    element,
    /** @param {boolean} on */
    setAll: (on) => all.forEach(({ box }) => (box.checked = on)),
    /** @param {string[]} locks */
    set(locks) {
      const locked = new Set(locks);
      for (const [field, { box }] of boxes) box.checked = locked.has(field);
      further.box.checked = FURTHER.some((field) => locked.has(field));
    },
    /** @returns {string[]} */
    get: () => [...[...boxes].filter(([, { box }]) => box.checked).map(([field]) => field), ...(further.box.checked ? FURTHER : [])],
  };
}
