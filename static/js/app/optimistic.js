// What was asked for and not yet confirmed: the next click builds on it, however slow the line.

const PATIENCE = 6000; // milliseconds after which the server's word counts again
const same = (/** @type {any} */ one, /** @type {any} */ other) => JSON.stringify(one) === JSON.stringify(other);

/** @param {() => number} [now] milliseconds */
export function createOptimistic(now = () => performance.now()) {
  /** @type {Map<string, {values: unknown[], until: number}>} the server's last word, then what was asked for */
  const asked = new Map();

  return {
    /** @param {Record<string, unknown>} changes @param {any} [known] what they change */
    add(changes, known) {
      for (const [name, value] of Object.entries(changes)) {
        const values = asked.get(name)?.values ?? [known?.[name]];
        asked.set(name, { values: same(values.at(-1), value) ? values : [...values, value], until: now() + PATIENCE });
      }
    },

    clear: () => asked.clear(),

    /**
     * What the server says, with what was asked for since in its place. An answer confirms what was asked for first.
     * @param {Record<string, any>} known @returns {any}
     */
    over(known) {
      const wanted = { ...known };
      for (const [name, { values, until }] of asked) {
        values.splice(0, values.findIndex((each) => same(each, known[name])));
        if (values.length < 2 || now() > until) asked.delete(name);
        else wanted[name] = values.at(-1);
      }
      return wanted;
    },
  };
}
