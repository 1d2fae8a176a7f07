// Loads and shows the message that a training has diverged.
import { untilLoaded } from "../ui/lazy.js";
import { playUntil } from "./stop-epoch.js";

/** Return a function that shows the message for a state whose training has diverged. @param {{store: Store, catalogue: Catalogue, i18n: I18n, messages: Messages, actions: {configure: Configure, reset: () => void}, send: (message: Message) => void}} tools */
export function createDivergenceWarning({ store, catalogue, i18n, messages, actions, send }) {
	return async (/** @type {ServerState} */ { config, divergence }) => {
		const [{ showDivergence }] = await untilLoaded(() => Promise.all([import("./diverged-message.js"), i18n.complete()]));
		const { server, isWatchOnly, hidden } = store.get();
		if (!divergence || !server?.divergence) return; // it no longer diverges
		const fixed = isWatchOnly || hidden.has("playButton") || hidden.has("learningRate");
		showDivergence({
			config,
			divergence,
			fixed,
			catalogue,
			i18n,
			messages,
			retry(/** @type {number} */ rate) {
				actions.configure({ learning_rate: rate });
				actions.reset();
				send(playUntil(store.get()));
			},
		});
	};
}
