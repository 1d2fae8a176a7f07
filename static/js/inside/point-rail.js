// Navigation through the walk: phases, and buttons for the first, previous, next and last station.
import { h, setText } from "../ui/dom.js";
import { icon } from "../ui/icons.js";

const PHASES = /** @type {const} */ (["forward", "loss", "backward", "update", "apply"]);

/** Return the index of the station to which a key leads; null for other keys. @param {string} key @param {number} index @param {number} last */
export const stationOf = (key, index, last) => {
	const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last }[key];
	return next === undefined ? null : Math.max(0, Math.min(last, next));
};

/** Return the navigation; `onGo` gets the index of the chosen station. @param {I18n} i18n @param {(index: number) => void} onGo */
export function createRail(i18n, onGo) {
	/** @type {Station[]} */
	let stations = [];
	let index = 0;
	const moveByKey = (/** @type {string} */ key) => onGo(/** @type {number} */ (stationOf(key, index, stations.length - 1)));
	const arrow = (/** @type {string} */ name, /** @type {string} */ key, /** @type {string} */ sign, turned = false) =>
		h(
			"button",
			{
				type: "button",
				class: turned ? "icon-button end" : "icon-button",
				"aria-label": i18n.t(`inside.point.${name}`),
				on: { click: () => moveByKey(key) },
			},
			icon(sign),
		);
	const buttons = [
		arrow("first", "Home", "back", true),
		arrow("back", "ArrowLeft", "back"),
		arrow("ahead", "ArrowRight", "forward"),
		arrow("last", "End", "forward", true),
	];
	const count = h("span", { class: "point-count" });
	const phases = PHASES.map((phase) =>
		h("button", {
			type: "button",
			class: "point-phase",
			text: i18n.t(`inside.point.phase.${phase}`),
			on: { click: () => onGo(stations.findIndex((each) => each.phase === phase)) },
		})
	);
	const element = h(
		"div",
		{ class: "point-rail" },
		h("div", { class: "point-phases", role: "group", "aria-label": i18n.t("inside.point.phases") }, ...phases),
		h("div", { class: "point-row" }, buttons[0], buttons[1], count, buttons[2], buttons[3]),
	);
	return {
		element,
		/** @param {Station[]} next @param {number} at */
		update(next, at) {
			[stations, index] = [next, at];
			setText(count, i18n.t("inside.of", { count: at + 1, all: next.length }));
			PHASES.forEach((phase, place) => phases[place].setAttribute("aria-pressed", String(next[at].phase === phase)));
			buttons.forEach((button, place) => button.setAttribute("aria-disabled", String(place < 2 ? at === 0 : at === next.length - 1))); // a disabled one would lose the focus
		},
		focus: () => buttons[2].focus(),
	};
}
