// A room and a key to it, as links have them behind the #, which browsers send to no server.

/** @typedef {{id: string, key: string}} Secret */

/** Return the room and the key in a link; null if there are none. @param {string} hash @returns {Secret | null} */
export function readSecret(hash) {
	const match = /^#?([\w-]{6,40})\.([\w-]{16,100})$/.exec(hash);
	return match ? { id: match[1], key: match[2] } : null;
}
