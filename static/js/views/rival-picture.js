// The output of the rival in a race over the plane, with the data and its decision line.
import { h } from "../ui/dom.js";
import { mapOf } from "./classes.js";
import { drawData, drawLines } from "./overlay.js";
import { createThumbnail } from "./thumbnail.js";

/** Return the picture. @param {{i18n: I18n}} options */
export function createRivalPicture({ i18n }) {
	const [plane, marks, line] = [h("canvas"), h("canvas"), h("canvas")];
	const element = h("div", { class: "picture-frame rival-frame", role: "img", "aria-label": i18n.t("race.picture") }, plane, marks, line);
	const thumbnail = createThumbnail(plane);
	let size = 0; // in pixels
	/** @type {PageState | null} */
	let page = null;
	/** What is drawn now. @type {Record<string, unknown>} */
	let drawnInputs = {};

	function redraw() {
		const server = page?.server;
		const rival = server?.rival;
		if (!page || !server || !rival || !size) return;
		const { rivalDetail: detail, rivalClasses: classes, rivalLine, points, drawn, colors, display } = page;
		const as = { ...page, detail, classes, line: rivalLine, server: { ...server, config: rival.config, shape: rival.shape } };
		const same = drawnInputs.size === size && drawnInputs.colors === colors && drawnInputs.display === display;
		if (!same || drawnInputs.points !== points || drawnInputs.drawn !== drawn || drawnInputs.server !== server) drawData(marks, size, as);
		const shown = detail ?? classes;
		if (shown && (!same || drawnInputs.shown !== shown)) {
			if (classes) thumbnail.paint(classes.values, classes.resolution, colors.classes, display.discretize);
			else if (detail) {
				thumbnail.paint(detail.values, detail.resolution, mapOf(colors, as.server, detail), display.discretize, detail.scale);
			}
			drawLines(line, size, as, null);
		}
		drawnInputs = { size, colors, display, points, drawn, server, shown };
	}

	new ResizeObserver(() => {
		size = element.clientWidth; // asked for here only: between changes of the page it would lay out all of it
		redraw();
	}).observe(element);

	return {
		element,
		/** @param {PageState} next */
		update(next) {
			page = next;
			redraw();
		},
	};
}
