// Counts a person's gestures: undo reverts the changes of one gesture at a time.

/**
 * Return a function that returns the number of the present gesture. A gesture lasts from one press of the pointer or a key to the next, so a drag
 * or a held key is one. A screen reader's press is a click without a pointer.
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
