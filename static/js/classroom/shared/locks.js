// Settings that the teacher locked: their controls are disabled and tell the reason. The server refuses such changes anyway.
import { SLIDERS } from "../../settings/fields.js";
import { rowOf } from "./setting-lists.js";

/** Selectors of the controls of settings that the table of settings cannot tell. @type {Record<string, string>} */
const PLACES = {
	dataset: ".dataset",
	points: ".drawing button",
	features: ".node[data-feature], .advanced .chip",
	hidden_layers: ".layers-control button, .layer-control button",
	speed: "#speed",
	weights: '[data-action="newWeights"], [data-action="regenerate"], .bias, #editor input, #dataSeed, #weightsSeed',
};
const NAMED = ["features", "hidden_layers", "points", "weights"]; // locks with words of their own: room.lock.NAME
const SEVERAL = ["choices", "numbers"]; // kinds of settings with one control for each layer

/** Return a selector of the controls that a lock disables; empty if this page has none. @param {string} lock */
export function placeOf(lock) {
	if (Object.hasOwn(PLACES, lock)) return PLACES[lock];
	const setting = rowOf(lock);
	if (!setting) return "";
	const { id, kind } = setting;
	if (SLIDERS.some((slider) => slider === setting)) return `#${id}, #${id}Number`;
	return SEVERAL.includes(kind) ? `.field:has([data-help="control.${id}.help"]) .per-layer :is(select, input)` : `#${id}`;
}

/** Return the key of a setting's name. @param {string} field */
export function nameOf(field) {
	if (NAMED.includes(field)) return `room.lock.${field}`;
	const id = rowOf(field)?.id ?? field.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
	return `control.${id}.label`;
}

/** The element whose tooltip explains a control. @param {HTMLElement} element @returns {HTMLElement | null | undefined} */
const labelOf = (element) => element.matches("[data-help]") ? element : element.closest(".field")?.querySelector(".label");

/** Whatever a lock disables; only fields have `disabled`. @typedef {HTMLElement & {disabled?: boolean}} Control */

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
	if (element.matches("input, select")) element.disabled = false;
	else element.removeAttribute("aria-disabled");
	const field = element.closest(".field");
	const helped = labelOf(element);
	if (helped) delete helped.dataset.note;
	if (!field?.querySelector("[data-locked]")) field?.classList.remove("locked");
}

/** @returns {Control[]} */
const controlsAt = (/** @type {string} */ place) => [.../** @type {NodeListOf<Control>} */ (document.querySelectorAll(place))];

/** @param {{i18n: I18n, onPressed: () => void}} options `onPressed` is called when a locked control is pressed */
export function createLocks({ i18n, onPressed }) {
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

	// Views replace and enable controls. Lock them again before the browser paints.
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

	let seen = "";
	return {
		/** @param {{locks: string[], reason: string}} room */
		update({ locks, reason: given }) {
			const key = JSON.stringify([locks, given]);
			if (key === seen) return;
			seen = key;
			reason = given ? i18n.t("room.locked.reason", { reason: given }) : i18n.t("room.locked.usual");
			places = locks.map(placeOf).filter(Boolean);
			apply();
		},
	};
}
