// Disables controls with a reason, and again when views replace or enable them.

/** What changes the layers of a network for images. */
export const IMAGE_LAYERS = ".image-head :is(select, button), .map-head button, .layer-bar, .layer-fields :is(select, button)";

/** What changes the digits drawn by hand among the data. */
export const IMAGE_DRAWINGS = ".digit-add :is(select, button), .digit-drawings .icon-button";

/** Whatever can be disabled; only fields have `disabled`. @typedef {HTMLElement & {disabled?: boolean}} Control */

/** Return the element whose tooltip explains a control. @param {HTMLElement} element @returns {HTMLElement | null | undefined} */
const labelOf = (element) => element.matches("[data-help]") ? element : element.closest(".field")?.querySelector(".label");

/** Disable a control and show the reason. @param {Control} element @param {string} reason */
function disable(element, reason) {
	const isField = element.matches("input, select");
	// Set only what differs: the observer below reports every attribute that is written, even with the same value.
	if (isField && !element.disabled) element.disabled = true;
	else if (!isField && element.getAttribute("aria-disabled") !== "true") element.setAttribute("aria-disabled", "true");
	if (element.getAttribute("aria-description") === reason) return;
	element.dataset.locked = "";
	element.setAttribute("aria-description", reason);
	const helped = labelOf(element);
	if (helped) helped.dataset.note = reason;
	element.closest(".field")?.classList.add("locked");
}

function enable(/** @type {Control} */ element) {
	delete element.dataset.locked;
	element.removeAttribute("aria-description");
	if (element.matches("input, select")) element.disabled = element.hasAttribute("data-off"); // its view may have it off
	else element.removeAttribute("aria-disabled");
	const field = element.closest(".field");
	const helped = labelOf(element);
	if (helped) delete helped.dataset.note;
	if (!field?.querySelector("[data-locked]")) field?.classList.remove("locked");
}

/** @returns {Control[]} */
const controlsAt = (/** @type {string} */ place) => [.../** @type {NodeListOf<Control>} */ (document.querySelectorAll(place))];

/** What disables controls: the room, a step of a lesson, the page itself; `places` are selectors. @typedef {{places: string[], reason: string, onPressed: () => void}} Disabler */

/** All of them; the reason of the first one that disables a control counts. @type {Disabler[]} */
const disablers = [];

function apply() {
	/** @type {Map<Control, string>} */
	const reasons = new Map();
	for (const { places, reason } of disablers) {
		for (const element of places.flatMap(controlsAt)) if (!reasons.has(element)) reasons.set(element, reason);
	}
	for (const element of controlsAt("[data-locked]")) {
		if (!reasons.has(element)) enable(element);
	}
	for (const [element, reason] of reasons) disable(element, reason);
}

/** Stop a click on a disabled control, and report it instead. @param {Event} event */
function explain(event) {
	const pressed = event.target instanceof Element ? event.target.closest("[data-locked], .field.locked") : null;
	if (!pressed) return;
	event.preventDefault();
	event.stopImmediatePropagation();
	const element = pressed.matches("[data-locked]") ? pressed : pressed.querySelector("[data-locked]");
	disablers.find(({ places }) => places.length > 0 && element?.matches(places.join()))?.onPressed();
}

let isListening = false;
function startListening() {
	if (isListening) return;
	isListening = true;
	// Views replace and enable controls. Disable them again before the browser paints.
	const watcher = new MutationObserver(() => disablers.some(({ places }) => places.length > 0) && apply());
	const playground = document.getElementById("playground");
	if (playground) watcher.observe(playground, { subtree: true, childList: true, attributeFilter: ["disabled"] });
	document.addEventListener("click", explain, true);
}

/** Return a group of controls to disable for one reason. @param {{onPressed: () => void}} options `onPressed` is called when a disabled control is pressed */
export function createDisabling({ onPressed }) {
	/** @type {Disabler} */
	const disabler = { places: [], reason: "", onPressed };
	disablers.push(disabler);
	startListening();
	return {
		/** Disable the controls that selectors find, and no others. @param {string[]} selectors @param {string} why */
		update(selectors, why) {
			[disabler.places, disabler.reason] = [selectors, why];
			apply();
		},
	};
}
