// Points that a person draws: the tools for it are loaded when somebody first wants them.
import { CUSTOM } from "../settings/limits.js";
import { createLazy } from "../ui/lazy.js";

/**
 * @param {HTMLElement} head where the tools stand
 * @param {DrawingOptions} options
 */
export function createCustomPoints(head, options) {
	let there = false;
	const tools = createLazy(async () => {
		const [{ Drawing }] = await Promise.all([import("./drawing.js"), options.i18n.complete()]);
		return new Drawing(head, options);
	});

	return {
		/** @param {PageState} model */
		update(model) {
			tools.update(model);
			if (!there && !model.looksOnly && model.server?.config.dataset === CUSTOM) {
				tools.use(() => {
					there = true;
				});
			}
		},
	};
}
