// Points from a table: the panel below the datasets, and the dialog, which a dropped file opens too. Loaded after the first frame.
import { one } from "../ui/dom.js";
import { loadStyle } from "../ui/lazy.js";
import { columnsOf } from "../settings/columns.js";
import { CUSTOM } from "../settings/limits.js";
import { fileIn, holdsFile } from "../tables/file.js";
import { fillOf } from "./classes.js";

/** Create the panel and the dialog. @param {PlaygroundOptions} options @param {ViewTools} tools */
export function createOwnDataViews({ i18n, catalogue, actions, onReadTable, onRefused }, { createLazyView }) {
	/** @type {PageState | null} */
	let model = null;
	const dialog = createLazyView(
		async () => (await Promise.all([import("../tables/table-dialog.js"), loadStyle("own-data")]))[0],
		({ TableDialog }) => new TableDialog({ i18n, onRead: onReadTable, onUse: train }),
	);
	const panel = createLazyView(
		async () => (await Promise.all([import("../tables/panel.js"), loadStyle("own-data")]))[0],
		({ createOwnData }) => createOwnData(one("#datasets"), one("#picture"), { i18n, catalogue, fillOf, onOpen: () => open(null) }),
	);
	/** Restart the training with other points. @param {Partial<Config>} config */
	function train(config) {
		actions.configure(config);
		actions.reset();
	}
	/** @param {File | null} file */
	const open = (file) => model?.isWatchOnly ? onRefused() : dialog.use((view) => view.open(file));
	addEventListener("dragover", (event) => holdsFile(event.dataTransfer) && event.preventDefault());
	addEventListener("drop", (event) => {
		if (!holdsFile(event.dataTransfer)) return;
		event.preventDefault(); // or the browser would leave the page for the file
		open(fileIn(event.dataTransfer));
	});
	return {
		/** @param {PageState} next */
		update(next) {
			model = next;
			const config = next.server?.config;
			if (config?.dataset === CUSTOM || (config && columnsOf(config, catalogue))) panel.use(() => {});
			panel.update(next);
		},
	};
}
