// Throttles views of numbers that change with each frame, as each change costs the browser a layout.

const FRAME_INTERVAL = 50; // milliseconds between two updates that only frames cause

/**
 * Return a function that shows a state: at most twenty times a second while a training plays, at once for a new state of the server or while it
 * does not play.
 * @template {{server: ServerState | null}} Model @param {(model: Model) => void} show @returns {(model: Model) => void}
 */
export function throttle(show) {
	let last = -Infinity;
	let timer = 0;
	/** @type {Model["server"]} */
	let server = null;

	return (model) => {
		const now = performance.now();
		clearTimeout(timer);
		if (model.server?.playing && model.server === server && now - last < FRAME_INTERVAL) {
			timer = setTimeout(() => show(model), 2 * FRAME_INTERVAL); // in case no more frames come
			return;
		}
		last = now;
		server = model.server;
		show(model);
	};
}
