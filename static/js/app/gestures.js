// Counts what a person does to the page by gestures, which are what undo takes back one at a time.

/**
 * Return the number of the present gesture: a press of the pointer until the next one, so also a drag; a key as long as it is held. A
 * screen reader's press comes as a click without a pointer.
 * @param {EventTarget} [page]
 */
export function countGestures(page = document) {
	let count = 0;
	/** @type {[string, (event: any) => boolean][]} */
	const begins = [["pointerdown", () => true], ["keydown", ({ repeat }) => !repeat], ["click", ({ detail }) => detail === 0]];
	for (const [kind, isNew] of begins) {
		page.addEventListener(kind, (event) => {
			if (isNew(event)) count += 1;
		}, { capture: true });
	}
	return () => count;
}
