// A view that is loaded on first use, so that the page opens sooner.
import { h } from "./dom.js";

/** Add a style sheet; resolves when it is loaded or has failed. @param {string} name */
export function loadStyle(name) {
  const sheet = h("link", { rel: "stylesheet", href: new URL(`../../css/${name}.css`, import.meta.url).href });
  document.head.append(sheet);
  return new Promise((resolve) => ["load", "error"].forEach((event) => sheet.addEventListener(event, resolve, { once: true })));
}

/**
 * @template {{update?: (model: any) => void}} View
 * @param {() => Promise<View>} load
 */
export function createLazy(load) {
  /** @type {Promise<View> | null} */
  let loading = null;
  /** @type {View | null} */
  let view = null;
  /** @type {unknown} */
  let model = null;

  return {
    /** @param {Parameters<NonNullable<View["update"]>>[0]} next */
    update(next) {
      model = next;
      view?.update?.(next);
    },

    /** Load the view if necessary, then do something with it; do nothing if it cannot be loaded. @param {(view: View) => void} act */
    async use(act) {
      try {
        loading ??= load();
        view = await loading;
      } catch {
        loading = null; // no connection, which the page already shows: the next use tries again
        return;
      }
      if (model) view.update?.(model);
      act(view);
    },
  };
}
