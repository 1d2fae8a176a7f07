// Handles the data of one socket in order of arrival, though some of it must be decompressed first.

/** Return an empty inbox. @param {InboxOptions} options */
export function createInbox({ isPacked, unpack, onData, onBroken }) {
	/** @type {Promise<unknown> | null} */
	let queue = null; // while data is decompressed: it, and all data after it
	return {
		/** Handle data after all data before it. @param {ArrayBuffer} data */
		receive(data) {
			if (!queue && !isPacked(data)) return onData(data);
			const ready = isPacked(data) ? unpack(data).catch(onBroken) : data;
			/** @type {Promise<unknown>} */
			const handled = (queue = Promise.all([ready, queue])
				.then(([plain]) => plain && onData(plain))
				.catch(console.error)
				.then(() => handled === queue && (queue = null)));
		},
		/** Call `act` after all data that has arrived is handled. @param {() => void} act */
		afterQueue: (act) => (queue ? queue.then(act) : act()),
	};
}
