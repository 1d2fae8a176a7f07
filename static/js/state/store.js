// The page's state in one place: read it, change part of it, hear of changes.

/**
 * @template {Record<string, any>} State
 * @param {State} initial
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<(state: State, before: State) => void>} */
  const listeners = new Set();

  return {
    /** @returns {State} the present state, which nobody may change in place */
    get: () => state,

    /**
     * Change some of the state. Listeners hear of it only when a value is another one than before.
     * @param {Partial<State>} partial
     */
    set(partial) {
      const changed = Object.keys(partial).some((key) => !Object.is(partial[key], state[key]));
      if (!changed) return;
      const before = state;
      state = { ...state, ...partial };
      for (const listener of [...listeners]) listener(state, before);
    },

    /**
     * @param {(state: State, before: State) => void} listener
     * @returns {() => void} ends the subscription
     */
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
