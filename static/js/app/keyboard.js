// Keyboard shortcuts of the page, which do not act in fields, buttons or dialogs that use the key themselves.

/** `hide`: its control's name in links that hide it. @typedef {{keys: string[], shown: string, words: string, action: string, hide?: string}} Shortcut */

/** @type {Shortcut[]} */
export const SHORTCUTS = [
	{ keys: [" "], shown: "Space", words: "keys.play", action: "play", hide: "playButton" },
	{ keys: ["s"], shown: "S", words: "keys.stepEpoch", action: "stepEpoch", hide: "stepButton" },
	{ keys: ["b"], shown: "B", words: "keys.stepBatch", action: "stepBatch", hide: "stepButton" },
	{ keys: ["r"], shown: "R", words: "keys.reset", action: "reset", hide: "resetButton" },
	{ keys: ["n"], shown: "N", words: "keys.newWeights", action: "newWeights", hide: "newWeights" },
	{ keys: ["g"], shown: "G", words: "keys.regenerate", action: "regenerate", hide: "regenerate" },
	{ keys: ["t"], shown: "T", words: "keys.showTest", action: "showTest", hide: "showTestData" },
	{ keys: ["d"], shown: "D", words: "keys.discretize", action: "discretize", hide: "discretize" },
	{ keys: ["l"], shown: "L", words: "keys.logScale", action: "logScale" },
	{ keys: ["+", "="], shown: "+", words: "keys.faster", action: "faster", hide: "speed" },
	{ keys: ["-"], shown: "−", words: "keys.slower", action: "slower", hide: "speed" },
	{ keys: ["."], shown: ".", words: "keys.lessonNext", action: "lessonNext" },
	{ keys: [","], shown: ",", words: "keys.lessonBack", action: "lessonBack" },
	{ keys: ["?"], shown: "?", words: "keys.help", action: "help" },
];

/** Actions of keys pressed with Ctrl (on a Mac ⌘), by key; with Shift in capitals. @type {Record<string, string>} */
const COMMANDS = { z: "undo", Z: "redo", y: "redo" };

/** Keys that are pressed with Ctrl, or depend on where the focus is; the list of shortcuts shows them too. */
export const OTHER_SHORTCUTS = [
	{ shown: "Ctrl Z", words: "keys.undo" },
	{ shown: "Ctrl Shift Z", words: "keys.redo" },
	{ shown: "← → ↑ ↓", words: "keys.arrows" },
	{ shown: "Enter Delete", words: "keys.drawing" },
	{ shown: "Esc", words: "keys.close" },
];

/** Whether a link hides the control of a key. @param {{hide?: string}} shortcut @param {Set<string>} hidden */
const isHidden = ({ hide }, hidden) => hide !== undefined && hidden.has(hide);

/** Return the shortcuts that have an effect, for the list of shortcuts. @param {Set<string>} hidden */
export const keysShown = (hidden) => [...SHORTCUTS.filter((each) => !isHidden(each, hidden)), ...OTHER_SHORTCUTS];

const REPEATING_ACTIONS = ["stepEpoch", "stepBatch", "undo", "redo"]; // while the key is held
const FORM_FIELDS = "input, select, textarea, [contenteditable], [role=option]";
const TEXT_FIELDS = 'input:not([type="checkbox"], [type="range"]), textarea, [contenteditable]';
const SPACE_PRESSES = "button, a, summary, label";

/**
 * Return the action of a key press; null: none.
 * @param {KeyPress} event
 * @returns {string | null}
 */
export function actionOf(event) {
	if (event.altKey) return null;
	const within = (/** @type {string} */ selector) => Boolean(/** @type {Partial<Element> | null} */ (event.target)?.closest?.(selector));
	if (within("dialog[open]") || within(".editor")) return null;
	const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
	if (event.ctrlKey || event.metaKey) {
		return within(TEXT_FIELDS) ? null : COMMANDS[event.shiftKey ? key.toUpperCase() : key] ?? null; // text fields have their own undo
	}
	if (within(FORM_FIELDS) && !within('input[type="checkbox"]')) return null;
	if (key === " " && (within(SPACE_PRESSES) || within('input[type="checkbox"]'))) return null;
	return SHORTCUTS.find(({ keys }) => keys.includes(key))?.action ?? null;
}

/**
 * Call the action of each key press, unless the opened link hides its control.
 * @param {Record<string, Function>} actions @param {() => Set<string>} hidden names
 */
export function listenToKeys(actions, hidden) {
	document.addEventListener("keydown", (event) => {
		if (event.defaultPrevented) return;
		const action = actionOf(event);
		if (!action || !actions[action]) return;
		if (SHORTCUTS.some((each) => each.action === action && isHidden(each, hidden()))) return;
		if (event.repeat && !REPEATING_ACTIONS.includes(action)) return;
		event.preventDefault();
		actions[action]();
	});
}
