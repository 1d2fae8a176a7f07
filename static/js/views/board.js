// The canvas of the network, drawn by a worker if the browser supports that, else by the page itself.
import { createBoardDrawing } from "./board-drawing.js";
import { h } from "../ui/dom.js";

/** Return a copy whose buffer is added to the transfer list. @template {Int8Array | Float32Array} Values @param {Values} values @param {Transferable[]} sent @returns {Values} */
function copyForTransfer(values, sent) {
	const copy = /** @type {Values} */ (values.slice());
	sent.push(copy.buffer);
	return copy;
}

/** Return a change with copies of its arrays, and their transfer list; the page keeps the originals. @param {BoardChange} change @returns {[BoardChange, Transferable[]]} */
function packChange(change) {
	/** @type {Transferable[]} */
	const sent = [];
	const { inputs, preview, parameters } = change;
	const copied = { ...change };
	if (inputs) copied.inputs = { ...inputs, values: copyForTransfer(inputs.values, sent) };
	if (preview) copied.preview = { ...preview, values: copyForTransfer(preview.values, sent) };
	if (parameters) copied.parameters = copyForTransfer(parameters, sent);
	return [copied, sent];
}

/** Merge two changes. @param {BoardChange | null} earlier @param {BoardChange} later @returns {BoardChange} */
function mergeChanges(earlier, later) {
	const layout = later.layout ?? earlier?.layout;
	return { ...earlier, ...later, layout: layout && { ...layout, nodes: layout.nodes ?? earlier?.layout?.nodes ?? null } };
}

/** Return a drawing in a worker, which gets one change at a time; changes that come meanwhile are merged. @param {HTMLCanvasElement} canvas @param {() => void} onFailed */
function createWorkerDrawing(canvas, onFailed) {
	const worker = new Worker(new URL("./board-worker.js", import.meta.url), { type: "module" });
	const offscreen = canvas.transferControlToOffscreen();
	worker.postMessage({ canvas: offscreen }, [offscreen]);
	let isBusy = false;
	/** @type {BoardChange | null} */
	let waiting = null;
	/** @type {(() => void)[]} */
	let listeners = [];

	/** @param {BoardChange} change */
	function send(change) {
		isBusy = true;
		worker.postMessage(...packChange(change));
	}

	function callListeners() {
		isBusy = false;
		const callbacks = listeners;
		listeners = [];
		for (const callback of callbacks) callback();
	}

	worker.addEventListener("message", () => {
		if (!waiting) return callListeners();
		const next = waiting;
		waiting = null;
		send(next);
	});
	worker.addEventListener("error", () => {
		worker.terminate();
		onFailed();
		callListeners();
	}, { once: true });

	return {
		/** @param {BoardChange} change */
		draw(change) {
			if (isBusy) waiting = mergeChanges(waiting, change);
			else send(change);
		},
		/** @param {() => void} callback */
		onceDrawn(callback) {
			if (isBusy) listeners.push(callback);
			else callback();
		},
	};
}

/** Return a drawing on the page's own thread. @param {HTMLCanvasElement} canvas */
const createPageDrawing = (canvas) => ({ ...createBoardDrawing(canvas), onceDrawn: (/** @type {() => void} */ tell) => tell() });

/**
 * Return the canvas's drawing, by a worker or the page.
 * @param {(canvas: HTMLCanvasElement) => void} onCanvas called with the canvas, and with its replacement if the worker fails; then all has to be drawn again
 */
export function createBoard(onCanvas) {
	const createCanvas = () => h("canvas", { "aria-hidden": "true" });
	let canvas = createCanvas();
	const hasWorkers = "transferControlToOffscreen" in canvas && "Worker" in globalThis;
	let drawing = hasWorkers ? createWorkerDrawing(canvas, drawOnPage) : createPageDrawing(canvas);

	function drawOnPage() {
		const fresh = createCanvas();
		canvas.replaceWith(fresh);
		canvas = fresh;
		drawing = createPageDrawing(canvas);
		onCanvas(canvas);
	}
	onCanvas(canvas);

	return {
		/** Draw what has changed. @param {Omit<BoardChange, "size">} change @param {{width: number, height: number}} size in CSS pixels */
		draw(change, { width, height }) {
			const ratio = Math.min(window.devicePixelRatio || 1, 3);
			canvas.style.width = `${width}px`;
			canvas.style.height = `${height}px`;
			drawing.draw({ ...change, size: { width, height, ratio } });
		},

		/** Call back once everything is drawn. @param {() => void} callback */
		onceDrawn: (callback) => drawing.onceDrawn(callback),
	};
}
