import assert from "node:assert/strict";
import test from "node:test";
import { createBoard } from "../../../static/js/views/board.js";

/** A canvas that can be given to a worker. */
function makeCanvas() {
	const canvas = {
		style: {},
		dataset: {},
		isConnected: false,
		setAttribute() {},
		append() {},
		transferControlToOffscreen: () => ({}),
		replaceWith(/** @type {any} */ other) {
			canvas.replacedBy = other;
		},
		getContext: () => null,
		replacedBy: /** @type {any} */ (null),
	};
	return canvas;
}

/** A worker that draws when it is told to. */
class FakeWorker extends EventTarget {
	/** @type {any[]} */
	sent = [];
	isEnded = false;
	constructor() {
		super();
		FakeWorker.last = this;
	}
	postMessage(/** @type {any} */ message) {
		if (!message.canvas) this.sent.push(message);
	}
	terminate() {
		this.isEnded = true;
	}
	finish() {
		this.dispatchEvent(new Event("message"));
	}
	/** @type {FakeWorker} */
	static last;
}

const motion = { flowing: false, marked: null, now: 0 };
const size = { width: 100, height: 50 };

/** A board with a worker, and the canvases that it has asked to be taken. */
function makeBoard() {
	/** @type {any[]} */
	const taken = [];
	Object.assign(globalThis, {
		Path2D: class {},
		Worker: FakeWorker,
		window: { devicePixelRatio: 2 },
		document: { createElement: makeCanvas },
	});
	const board = createBoard((canvas) => taken.push(canvas));
	return { board, taken, worker: FakeWorker.last };
}

test("a change is sent as a copy, and those that come while the worker draws go together after it", () => {
	const { board, worker } = makeBoard();
	const parameters = new Float32Array([1, 2]);
	const layout = { links: [], boxes: [], nodes: { inputs: 7, neurons: 3 } };
	board.draw({ parameters, discretize: false, motion }, size);
	assert.deepEqual(worker.sent[0].size, { width: 100, height: 50, ratio: 2 });
	assert.deepEqual([...worker.sent[0].parameters], [1, 2]);
	assert.notEqual(worker.sent[0].parameters, parameters);
	board.draw({ layout, discretize: false, motion }, size);
	board.draw({ layout: { ...layout, nodes: null }, discretize: true, motion }, size);
	assert.equal(worker.sent.length, 1);
	worker.finish();
	assert.equal(worker.sent.length, 2);
	assert.deepEqual([worker.sent[1].layout.nodes, worker.sent[1].discretize], [layout.nodes, true]);
});

test("who waits is told once all is drawn, at once if it is", () => {
	const { board, worker } = makeBoard();
	let told = 0;
	const tell = () => void (told += 1);
	board.onceDrawn(tell);
	assert.equal(told, 1);
	for (let i = 0; i < 2; i += 1) board.draw({ discretize: false, motion }, size);
	board.onceDrawn(tell);
	worker.finish();
	assert.equal(told, 1, "the second change is on its way");
	worker.finish();
	assert.equal(told, 2);
});

test("without its worker the page draws itself, on a fresh canvas, and nobody waits in vain", () => {
	const { board, taken, worker } = makeBoard();
	let told = 0;
	board.draw({ discretize: false, motion }, size);
	board.onceDrawn(() => void (told += 1));
	worker.dispatchEvent(new Event("error"));
	assert.ok(worker.isEnded);
	assert.equal(taken.length, 2);
	assert.equal(taken[0].replacedBy, taken[1]);
	assert.equal(told, 1);
});
