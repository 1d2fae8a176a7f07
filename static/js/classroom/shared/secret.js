// A room and a key to it, as links have them behind the #, which browsers send to no server.

/** @typedef {{id: string, key: string}} Secret */

/** Return the room and the key in a link; null if there are none. @param {string} hash @returns {Secret | null} */
export function readSecret(hash) {
	const found = /^#?([\w-]{6,40})\.([\w-]{16,100})$/.exec(hash);
	return found ? { id: found[1], key: found[2] } : null;
}
