// Controls that must not be used: they are disabled, say why, and stay so when views replace or enable them.

/** What changes the layers of a network for images. */
export const IMAGE_LAYERS = ".image-head :is(select, button), .map-head button, .layer-bar, .layer-fields :is(select, button)";

/** What changes the digits drawn by hand among the data. */
export const IMAGE_DRAWINGS = ".digit-add :is(select, button), .digit-drawings .icon-button";

/** Whatever can be disabled; only fields have `disabled`. @typedef {HTMLElement & {disabled?: boolean}} Control */

/** The element whose tooltip explains a control. @param {HTMLElement} element @returns {HTMLElement | null | undefined} */
const labelOf = (element) => element.matches("[data-help]") ? element : element.closest(".field")?.querySelector(".label");

/** Disable a control and tell why. @param {Control} element @param {string} reason */
function close(element, reason) {
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

function open(/** @type {Control} */ element) {
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

/** @param {{onPressed: () => void}} options `onPressed` is called when a disabled control is pressed */
export function createDisabling({ onPressed }) {
	/** @type {string[]} */
	let places = [];
	let reason = "";

	function apply() {
		const closed = new Set(places.flatMap(controlsAt));
		for (const element of controlsAt("[data-locked]")) {
			if (!closed.has(element)) open(element);
		}
		for (const element of closed) close(element, reason);
	}

	// Views replace and enable controls. Disable them again before the browser paints.
	const watcher = new MutationObserver(() => places.length > 0 && apply());
	const playground = document.getElementById("playground");
	if (playground) watcher.observe(playground, { subtree: true, childList: true, attributeFilter: ["disabled"] });

	const onClick = (/** @type {Event} */ event) => {
		if (!(event.target instanceof Element) || !event.target.closest("[data-locked], .field.locked")) return;
		event.preventDefault();
		event.stopImmediatePropagation();
		onPressed();
	};
	document.addEventListener("click", onClick, true);

	return {
		/** Disable the controls that selectors find, and no others. @param {string[]} selectors @param {string} why */
		update(selectors, why) {
			places = selectors;
			reason = why;
			apply();
		},
	};
}
