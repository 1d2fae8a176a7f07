// Polls the server for what a panel shows: at most once in an interval, and not before the last request was answered.

const [REQUEST_INTERVAL, ANSWER_TIMEOUT] = [400, 4000]; // milliseconds: between two requests, and until an unanswered one is repeated

/** Return a stopped poller. @param {() => void} send sends a request to the server */
export function createPoller(send) {
	/** @type {string | number | null} */
	let requestedState = null; // the state of the training at the last request
	let requestedAt = -Infinity; // milliseconds
	let [isAnswered, isRunning] = [true, false];
	let timer = 0; // of a request that came too soon

	/**
	 * Send a request if the state differs from that of the last one; too soon after it, wait.
	 * @param {string | number} state any value that differs between two states of the training @param {number} [interval] milliseconds between requests
	 */
	function request(state, interval = REQUEST_INTERVAL) {
		clearTimeout(timer);
		if (!isRunning || (state === requestedState && isAnswered)) return;
		const now = performance.now();
		const wait = requestedAt + (isAnswered ? interval : ANSWER_TIMEOUT) - now;
		if (wait > 0) {
			timer = setTimeout(() => request(state, interval), wait);
			return;
		}
		[requestedState, requestedAt, isAnswered] = [state, now, false];
		send();
	}

	return {
		request,
		/** Note that the answer has come. */
		receive: () => void (isAnswered = true),
		/** Start, or forget the last request because another thing is shown: the next request is sent at once. */
		start() {
			[requestedState, requestedAt, isAnswered, isRunning] = [null, -Infinity, true, true];
		},
		/** Drop a waiting request. */
		dropWaiting: () => clearTimeout(timer),
		/** Send nothing until `start`. */
		stop() {
			isRunning = false;
			clearTimeout(timer);
		},
	};
}
