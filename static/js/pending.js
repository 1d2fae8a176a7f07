// What was asked for and not yet confirmed: the next click builds on it, however slow the line.

const PATIENCE = 3000; // milliseconds after which the server's word counts again

/** @param {() => number} [now] milliseconds */
export function createPending(now = () => performance.now()) {
  /** @type {Map<string, {value: unknown, until: number}>} */
  const asked = new Map();

  return {
    /** @param {Record<string, unknown>} changes */
    add(changes) {
      for (const [name, value] of Object.entries(changes)) asked.set(name, { value, until: now() + PATIENCE });
    },

    /** Nothing is pending any more: the server refused something. */
    clear: () => asked.clear(),

    /**
     * What the server says, with what was asked for since in its place.
     * @template {Record<string, any>} Known @param {Known} known @returns {Known}
     */
    over(known) {
      for (const [name, { value, until }] of asked) {
        const confirmed = JSON.stringify(known[name]) === JSON.stringify(value);
        if (confirmed || now() > until) asked.delete(name);
      }
      return { ...known, ...Object.fromEntries([...asked].map(([name, { value }]) => [name, value])) };
    },
  };
}
