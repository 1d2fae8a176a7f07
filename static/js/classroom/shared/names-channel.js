// Whether the names of a class are hidden: the teacher's page and the projector of one browser tell each other.
import { openChannel } from "../../state/remember.js";

const ANSWER_TIMEOUT = 400; // milliseconds, after which the projector assumes that no teacher's page is open beside it

const channelOf = (/** @type {string} */ room) => openChannel(`tinkernet.names.${room}`);

/**
 * For the teacher's page: tell the projector at each change, and when it asks.
 * @param {string} room its id @param {() => boolean} hidden @param {(hidden: boolean) => void} onChange the projector's wish
 */
export function shareNames(room, hidden, onChange) {
	const channel = channelOf(room);
	const tell = () => channel?.postMessage({ hidden: hidden() });
	if (channel) channel.onmessage = ({ data }) => (data.ask ? tell() : onChange(Boolean(data.hidden)));
	return { tell, close: () => channel?.close() };
}

/** For the projector: follow the teacher's page. Without one, names are shown. @param {string} room @param {(hidden: boolean) => void} onChange */
export function followNames(room, onChange) {
	const channel = channelOf(room);
	const alone = setTimeout(() => onChange(false), channel ? ANSWER_TIMEOUT : 0);
	function take(/** @type {boolean} */ hidden) {
		clearTimeout(alone);
		onChange(hidden);
	}
	if (channel) channel.onmessage = ({ data }) => !data.ask && take(Boolean(data.hidden));
	channel?.postMessage({ ask: true });
	return {
		/** @param {boolean} hidden */
		set(hidden) {
			take(hidden);
			channel?.postMessage({ hidden });
		},
	};
}
