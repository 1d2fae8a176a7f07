// The buttons that undo and redo changes of the lab; each says which change that is.
import { one } from "../ui/dom.js";
import { SETTING_ROWS } from "./setting-words.js";

/** The control of each setting, by whose words a change of it is named. */
const CONTROL_IDS = new Map(SETTING_ROWS.map(({ id, field }) => [/** @type {string} */ (field), id]));
/** The same for settings that have no field of their own. */
const OTHER_IDS = Object.entries({
	dataset: "dataset",
	features: "features",
	hidden_layers: "layers",
	layers: "layers",
	points: "points",
	drawings: "drawings",
});
for (const [field, id] of OTHER_IDS) CONTROL_IDS.set(field, id);

/** @param {Change} change @param {I18n} i18n */
function changeName({ edit, subject }, i18n) {
	if (edit) return i18n.t(`control.${edit.source === undefined ? "bias" : "weight"}.label`);
	const names = subject.split(",");
	const known = ["problem", "dataset", ...names].find((name) => names.includes(name) && CONTROL_IDS.has(name));
	return i18n.t(`control.${known ? CONTROL_IDS.get(known) : "advanced"}.label`);
}

/** Join the buttons to the actions. @param {HTMLElement} element @param {{i18n: I18n, actions: Record<"undo" | "redo", () => void>}} options */
export function createUndoButtons(element, { i18n, actions }) {
	const buttons = /** @type {const} */ (["undo", "redo"]).map((name) => {
		/** @type {HTMLButtonElement} */
		const button = one(`[data-action="${name}"]`, element);
		button.addEventListener("click", actions[name]);
		return { name, button };
	});
	/** @type {PageState["changes"] | null} */
	let shown = null;

	return {
		/** @param {PageState} state */
		update({ changes }) {
			if (changes === shown) return;
			shown = changes;
			for (const { name, button } of buttons) {
				const change = changes[name];
				const label = i18n.t(`control.${name}.label`);
				// a disabled button would lose the keyboard's focus
				button.setAttribute("aria-disabled", String(!change));
				button.setAttribute("aria-label", change ? i18n.t("readout.named", { name: label, value: changeName(change, i18n) }) : label);
				button.dataset.note = change ? button.getAttribute("aria-label") ?? "" : "";
			}
		},
	};
}
