// Asks the server again for what a part of the panel shows, at most so often, and not before it has answered.

const [ASK_INTERVAL, ANSWER_TIMEOUT] = [400, 4000]; // milliseconds; after the latter, a question is asked again

/** @param {() => void} send asks the server */
export function createAsking(send) {
	/** @type {string | number | null} */
	let asked = null; // the state of the training for which the server was asked
	let at = -Infinity; // when
	let [answered, open] = [true, false];
	let waiting = 0; // the timer of a question that came too soon

	/** @param {string | number} state what tells the newest state of the training from others @param {number} [pause] milliseconds between two questions */
	function ask(state, pause = ASK_INTERVAL) {
		clearTimeout(waiting);
		if (!open || (state === asked && answered)) return;
		const now = performance.now();
		const wait = at + (answered ? pause : ANSWER_TIMEOUT) - now;
		if (wait > 0) {
			waiting = setTimeout(() => ask(state, pause), wait);
			return;
		}
		[asked, at, answered] = [state, now, false];
		send();
	}

	return {
		ask,
		/** The answer has come. */
		answer: () => void (answered = true),
		/** Begin to ask, or ask for something else; at once. */
		begin() {
			[asked, at, answered, open] = [null, -Infinity, true, true];
		},
		/** Ask nothing until `ask` is called again. */
		hold: () => clearTimeout(waiting),
		end() {
			open = false;
			clearTimeout(waiting);
		},
	};
}
