// A picture of 8-bit values on a canvas, through the colour table.

/** Return the painter of a canvas. @param {HTMLCanvasElement} canvas */
export function createThumbnail(canvas) {
	const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
	/** @type {ImageData | null} */
	let image = null;

	return {
		/** @param {ArrayLike<number>} values @param {number} resolution @param {{paint: Function}} colors @param {boolean} [discretize] @param {number} [scale] what 127 stands for */
		paint(values, resolution, colors, discretize = false, scale = 1) {
			if (!image || image.width !== resolution) {
				canvas.width = resolution;
				canvas.height = resolution;
				image = context.createImageData(resolution, resolution);
			}
			colors.paint(values, image, discretize, scale);
			context.putImageData(image, 0, 0);
		},
	};
}
