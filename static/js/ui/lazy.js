// A view that is loaded when it is first wanted, so that the page opens sooner.
import { h } from "./dom.js";

/** Add a style sheet; settles when it is there. @param {string} name */
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
    /** @param {PageState} next */
    update(next) {
      model = next;
      view?.update?.(next);
    },

    /** Do something with the view as soon as it is there; nothing, if it cannot be loaded now. @param {(view: View) => void} act */
    async use(act) {
      try {
        loading ??= load();
        view = await loading;
      } catch {
        loading = null; // the server is away, which the page says already: the next press tries again
        return;
      }
      if (model) view.update?.(model);
      act(view);
    },
  };
}
