// The pictures of nodes, drawn onto the board: one canvas for all of them costs a browser far less than one for each.
const CORNER_RADIUS = 3; // pixels
const OFF_OPACITY = 0.35; // of an input that is not in use

/** Pictures of one resolution side by side on a canvas that is not shown. @param {number} count */
function createSheet(count) {
	const across = Math.ceil(Math.sqrt(count));
	const canvas = typeof OffscreenCanvas === "undefined" ? document.createElement("canvas") : new OffscreenCanvas(1, 1);
	const context = /** @type {BoardContext} */ (canvas.getContext("2d"));
	/** @type {ImageData | null} */
	let tile = null;
	const start = (/** @type {number} */ index, /** @type {number} */ side) => [(index % across) * side, Math.floor(index / across) * side];

	return {
		/** @param {number} index @param {ArrayLike<number>} values @param {number} resolution @param {ColorMap} map @param {boolean} discretize */
		paint(index, values, resolution, map, discretize) {
			if (tile?.width !== resolution) {
				canvas.width = across * resolution;
				canvas.height = Math.ceil(count / across) * resolution;
				tile = context.createImageData(resolution, resolution);
			}
			map.paint(values, tile, discretize);
			const [x, y] = start(index, resolution);
			context.putImageData(tile, x, y);
		},

		/** @param {BoardContext} board @param {number} index @param {PictureBox} box */
		draw(board, index, { x, y, size }) {
			if (!tile) return;
			const side = tile.width;
			const [left, top] = start(index, side);
			board.drawImage(canvas, left, top, side, side, x, y, size, size);
		},
	};
}

/** A path with the outlines of all pictures. @param {PictureBox[]} boxes */
function outlines(boxes) {
	const path = new Path2D();
	for (const { x, y, size } of boxes) {
		const [right, bottom] = [x + size, y + size];
		path.moveTo(x + CORNER_RADIUS, y);
		path.arcTo(right, y, right, bottom, CORNER_RADIUS);
		path.arcTo(right, bottom, x, bottom, CORNER_RADIUS);
		path.arcTo(x, bottom, x, y, CORNER_RADIUS);
		path.arcTo(x, y, right, y, CORNER_RADIUS);
		path.closePath();
	}
	return path;
}

/** Return the pictures of all nodes. @param {number} inputs how many inputs there are @param {number} neurons and how many neurons */
export function createNodePictures(inputs, neurons) {
	const sheets = { inputs: createSheet(inputs), neurons: createSheet(neurons) };
	/** @type {PictureBox[]} */
	let boxes = [];
	let path = new Path2D();

	return {
		...sheets,

		/** @param {PictureBox[]} shown */
		place(shown) {
			boxes = shown;
			path = outlines(shown);
		},

		/** @param {BoardContext} context @param {BoardColors} colors */
		draw(context, { zero }) {
			context.save();
			context.clip(path);
			context.fillStyle = zero;
			for (const { x, y, size } of boxes) context.fillRect(x, y, size, size);
			for (const box of boxes) {
				context.globalAlpha = box.off ? OFF_OPACITY : 1;
				sheets[box.sheet].draw(context, box.index, box);
			}
			context.restore();
		},
	};
}
