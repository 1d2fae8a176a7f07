// Numbers and small things that change with each frame: nobody reads them sixty times a second, but each change costs the browser a new layout.

const FRAME_INTERVAL = 50; // milliseconds between two updates that only frames cause

/**
 * Show a state at most twenty times a second while a training plays, and at once when the server has told something new or nothing plays.
 * @template {{server: ServerState | null}} Model @param {(model: Model) => void} show @returns {(model: Model) => void}
 */
export function throttled(show) {
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
