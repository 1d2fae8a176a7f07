// Shares whether learners' names are hidden between the teacher's page and the projector in one browser.
import { openChannel } from "../../state/remember.js";

const ANSWER_TIMEOUT = 400; // milliseconds, after which the projector assumes that no teacher's page is open beside it

const channelOf = (/** @type {string} */ room) => openChannel(`tinkernet.names.${room}`);

/**
 * For the teacher's page: answer the projector when it asks; `publish` tells it a change.
 * @param {string} room its id @param {() => boolean} hidden whether names are hidden now
 * @param {(hidden: boolean) => void} onChange called when the projector hides or shows the names
 */
export function shareNames(room, hidden, onChange) {
	const channel = channelOf(room);
	const publish = () => channel?.postMessage({ hidden: hidden() });
	if (channel) channel.onmessage = ({ data }) => (data.ask ? publish() : onChange(Boolean(data.hidden)));
	return { publish, close: () => channel?.close() };
}

/** For the projector: follow the teacher's page; without one, `onChange` gets false after a while. @param {string} room @param {(hidden: boolean) => void} onChange */
export function followNames(room, onChange) {
	const channel = channelOf(room);
	const fallbackTimer = setTimeout(() => onChange(false), channel ? ANSWER_TIMEOUT : 0);
	function receive(/** @type {boolean} */ hidden) {
		clearTimeout(fallbackTimer);
		onChange(hidden);
	}
	if (channel) channel.onmessage = ({ data }) => !data.ask && receive(Boolean(data.hidden));
	channel?.postMessage({ ask: true });
	return {
		/** Hide or show the names here and on the teacher's page. @param {boolean} hidden */
		set(hidden) {
			receive(hidden);
			channel?.postMessage({ hidden });
		},
	};
}
