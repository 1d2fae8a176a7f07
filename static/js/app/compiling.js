// Shows a message while the kernels for a network are being compiled, as training is slow until then.

const NOTICE_DELAY = 2000; // milliseconds of training before the page mentions it

/**
 * Return a function that takes each frame.
 * @param {Messages} messages @param {I18n} i18n @param {() => number} [clock] in milliseconds
 * @returns {(frame: {compiling: boolean, playing: boolean}) => void}
 */
export function compilingMessage(messages, i18n, clock = () => performance.now()) {
	/** @type {number | null} */
	let since = null;
	let isShown = false;
	return ({ compiling, playing }) => {
		if (!compiling) {
			if (isShown) messages.remove("compiling");
			since = null;
			isShown = false;
			return;
		}
		if (!playing || isShown) return;
		since ??= clock();
		if (clock() - since < NOTICE_DELAY) return;
		isShown = true;
		i18n.complete().then(
			() => isShown && messages.show("compiling", i18n.t("message.compiling")),
			() => {}, // without the texts there is nothing to say
		);
	};
}
