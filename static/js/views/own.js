// Points that a person draws: the tools for it are loaded when somebody first wants them.

/**
 * @param {HTMLElement} head where the tools stand
 * @param {{i18n: any, picture: any, onDraw: (points: number[][]) => void, onInvalid: (key: string) => void}} options
 */
export function createOwn(head, options) {
  /** @type {any} */
  let tools = null;
  let model = null;
  let loading = false;

  async function load() {
    loading = true;
    try {
      const [{ createDrawing }] = await Promise.all([import("./drawing.js"), options.i18n.complete()]);
      tools = createDrawing(head, options);
      tools.update(model);
    } catch {
      loading = false; // the next update tries again
    }
  }

  return {
    /** @param {any} next */
    update(next) {
      model = next;
      if (tools) tools.update(model);
      else if (!loading && model.server?.config.dataset === "own") load();
    },
  };
}
