// The views of a watched training of images on a teacher's pages: scores, confusion matrix, and the network where there is room.
import { h } from "../ui/dom.js";
import { createBoard } from "./board.js";
import { createMatrix } from "./matrix.js";
import { createScores } from "./scores.js";

const noop = () => {};

/** Add the views of a watched training to the page. @param {{before: HTMLElement, frame: HTMLElement | null}} places `before`: what the output stands before; `frame`: for the network @param {{i18n: I18n, catalogue: Catalogue}} options */
export function createWatched({ before, frame }, { i18n, catalogue }) {
	const scores = createScores({ i18n });
	const matrix = createMatrix({ i18n, onCell: noop });
	const panels = [scores, matrix].map(({ element }) => h("div", { class: "image-output of-images" }, element));
	before.before(...panels);
	const silent = { present: () => null, onChange: noop, onShow: noop, notify: noop, onChoose: noop, onOpenLayer: noop };
	const board = frame && createBoard(frame, { i18n, catalogue, ...silent });
	return {
		/** @param {PageState} page */
		update(page) {
			const { server } = page;
			const shown = server?.config.problem === "images" && Boolean(server.images);
			for (const panel of panels) panel.hidden = !shown;
			frame?.classList.toggle("images", shown);
			if (!shown) return;
			const known = /** @type {ImagePage} */ (page);
			scores.update(known);
			matrix.update(known);
			board?.update(known, null);
		},
	};
}
