// The worker that draws the network, so that the page's thread stays free.
import { createBoardDrawing } from "./board-drawing.js";

/** @type {ReturnType<typeof createBoardDrawing> | null} */
let drawing = null;

self.addEventListener("message", ({ data }) => {
	if (data.canvas) drawing = createBoardDrawing(data.canvas);
	else {
		drawing?.draw(data);
		self.postMessage("drawn");
	}
});
