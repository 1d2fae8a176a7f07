// Disables the controls of locked settings, and shows the reason on them. The server refuses such changes anyway.
import { PER_LAYER, SLIDERS } from "../../settings/fields.js";
import { createDisabling, IMAGE_DRAWINGS, IMAGE_LAYERS } from "../../views/disabling.js";
import { rowOf } from "../../views/setting-words.js";

/** Return the selector of the controls of a setting that has one for each layer. @param {string} id */
function perLayer(id) {
	return `.field:has(> [data-help="control.${id}.help"]) .per-layer :is(select, input)`;
}

/** Selectors of the controls of settings that do not follow from the table of settings. @type {Record<string, string>} */
const SELECTORS = {
	dataset: '.dataset, [data-action="table"]',
	points: '.drawing button, [data-action="table"]',
	data_columns: '[data-action="table"]',
	points_noise: "#noise, #noiseNumber",
	features: ".node[data-feature], .advanced .chip",
	hidden_layers: `.layers-control button, .layer-control button, ${
		["normalization", "residual"].map(perLayer).join(", ")
	}, ${IMAGE_LAYERS}`,
	layers: `${
		["normalization", "residual"].map(perLayer).join(", ")
	}, .image-head :is(select, button), .map-head button, .layer-bar, .layer-fields :is(select, button)`,
	drawings: IMAGE_DRAWINGS,
	speed: "#speed",
	weights: '[data-action="newWeights"], [data-action="regenerate"], .bias, #editor input, #dataSeed, #weightsSeed',
};
/** Return a selector of the controls that a lock disables; empty if this page has none. @param {string} lock */
export function selectorOfLock(lock) {
	if (Object.hasOwn(SELECTORS, lock)) return SELECTORS[lock];
	const setting = rowOf(lock);
	if (!setting) return "";
	const { id, kind } = setting;
	if (SLIDERS.some((slider) => slider === setting)) return `#${id}, #${id}Number`;
	return PER_LAYER.has(kind) ? perLayer(id) : `#${id}`;
}

/**
 * Return a view that disables the locked controls.
 * @param {{i18n: I18n, onPressed: () => void, reasonText?: (reason: string) => string}} options
 *   `onPressed` is called when a locked control is pressed; `reasonText` returns the text for a reason, by default as the teacher's
 */
export function createLocks(
	{ i18n, onPressed, reasonText = (reason) => reason ? i18n.t("room.locked.reason", { reason }) : i18n.t("room.locked.usual") },
) {
	const disabling = createDisabling({ onPressed });
	let shownKey = "";
	return {
		/** @param {{locks: string[], reason: string}} room */
		update({ locks, reason }) {
			const key = JSON.stringify([locks, reason]);
			if (key === shownKey) return;
			shownKey = key;
			disabling.update(locks.map(selectorOfLock).filter(Boolean), reasonText(reason));
		},
	};
}
