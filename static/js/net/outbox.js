// The queue of messages to send after a reconnection: those that wait, and those that were sent and may be lost.

const MAX_WAITING = 200;

/** Whether changes can be merged: another problem type sets other settings to defaults. @param {Message} message */
const canMerge = (message) => !Object.hasOwn(/** @type {object} */ (message.changes), "problem");

/** Return an empty outbox. */
export function createOutbox() {
	/** @type {Message[]} */
	let waiting = [];
	/** @type {Message[]} */
	let unanswered = []; // sent since the last data from the server
	return {
		/** @param {Message} message */
		enqueue(message) {
			const last = waiting[waiting.length - 1];
			if (message.type === "configure" && last?.type === "configure" && canMerge(message)) {
				const [before, after] = [last, message].map(({ changes }) => /** @type {object} */ (changes));
				waiting[waiting.length - 1] = { ...message, changes: { ...before, ...after } };
				return;
			}
			waiting.push(message);
			if (waiting.length > MAX_WAITING) waiting.shift();
		},
		addUnanswered: (/** @type {Message} */ message) => unanswered.push(message),
		clearUnanswered() {
			unanswered = [];
		},
		requeueUnanswered() {
			waiting = [...unanswered, ...waiting].slice(-MAX_WAITING);
			unanswered = [];
		},
		clear() {
			waiting = [];
			unanswered = [];
		},
		/** Remove and return all waiting messages. */
		drain() {
			const messages = waiting;
			waiting = [];
			return messages;
		},
	};
}
