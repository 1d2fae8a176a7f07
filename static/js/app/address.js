// The address: it follows what the page shows, hides what a link asks to hide, and gives the link to share.
import { formatHash } from "../link/url.js";

const REST = 300; // milliseconds: Safari allows a hundred changes of the address in half a minute

/**
 * @param {{store: Store, catalogue: Catalogue, wanted: () => {config: any, speed?: number | null}, publicUrl?: string | null, onKept: (hash: string) => void}} options
 *   `wanted` is what stands in for the server's state before it is known; `onKept` hears of the hash that stands
 */
export function createAddress({ store, catalogue, wanted, publicUrl, onKept }) {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  let timer = 0;

  function hashOf({ hidden, hideText }) {
    const { server, display, otherDatasets } = store.get();
    const { config, speed } = server ?? wanted();
    return formatHash({ config, display, speed, hidden, hideText, otherDatasets }, catalogue);
  }

  return {
    /** Hide what the opened link hides. */
    applyHidden() {
      const { hidden, hideText } = store.get();
      const rules = [...hidden].flatMap((name) => [
        `[data-hide="${CSS.escape(name)}"] { display: none !important; }`,
        // An input that is on stays in the picture, with its links; one that is off is gone.
        `[data-hide-switch="${CSS.escape(name)}"][aria-pressed="false"] { display: none; }`,
      ]);
      if (hideText) rules.push(".article { display: none; }");
      sheet.replaceSync(rules.join("\n"));
    },

    /** Write the state into the address, once things have come to rest. */
    keep() {
      if (!store.get().server || timer) return;
      timer = window.setTimeout(() => {
        timer = 0;
        const hash = hashOf(store.get());
        if (hash !== location.hash) history.replaceState(null, "", hash);
        onKept(location.hash);
      }, REST);
    },

    /** The link that others open: at an address which reaches this server from their machines. @param {{hidden: Set<string>, hideText: boolean}} shared */
    link(shared) {
      const here = new URL(".", location.href);
      const local = ["localhost", "127.0.0.1", "[::1]"].includes(here.hostname);
      const base = local && publicUrl ? new URL(publicUrl) : here;
      base.hash = hashOf(shared);
      return base.href;
    },
  };
}
