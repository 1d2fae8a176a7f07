// Draws the network beside the page's own thread, which is free for everything else meanwhile.
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
