// The page of a training that may only be watched: a bar says so and offers a copy, and controls that would change it are disabled.
// Loaded on first use.
import { h, one } from "../ui/dom.js";
import { loadStyle } from "../ui/lazy.js";
import { createDisabling, IMAGE_DRAWINGS, IMAGE_LAYERS } from "./disabling.js";

/** Selectors of the controls that change a training. */
const CHANGING_CONTROLS = [
	".transport button",
	'.settings :is(select, input, button:not([data-action="advanced"], .advanced-head button))',
	".data > :is(#datasets, .sliders) :is(button, input)",
	".data > button",
	IMAGE_DRAWINGS,
	IMAGE_LAYERS,
	".layers-control button",
	".layer-control button",
	".node[data-feature]",
	"#editor input",
	'[data-action="race"]',
	".race-buttons button",
];

/** Add the bar to the page, hidden until the training may only be watched. @param {{i18n: I18n, onCopy: () => void, onPressed: () => void}} options `onPressed` is called when a disabled control is pressed */
export function createWatchOnly({ i18n, onCopy, onPressed }) {
	const disabling = createDisabling({ onPressed });
	const copy = { type: "button", class: "text-button accent", text: i18n.t("looking.copy"), data: { help: "looking.copy.help" } };
	const bar = h(
		"div",
		{ class: "looking-bar", role: "region", "aria-label": i18n.t("looking.label"), hidden: true },
		h("p", { text: i18n.t("looking.text") }),
		h("button", { ...copy, on: { click: onCopy } }),
	);
	one(".top").after(bar);
	loadStyle("looking");

	return {
		/** @param {PageState} state */
		update({ isWatchOnly }) {
			if (bar.hidden !== isWatchOnly) return;
			bar.hidden = !isWatchOnly;
			document.body.classList.toggle("looking", isWatchOnly);
			disabling.update(isWatchOnly ? CHANGING_CONTROLS : [], i18n.t("looking.refused"));
		},
	};
}
