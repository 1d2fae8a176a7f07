// Restores the advanced panel to the initial settings.
import { ADVANCED_INPUTS, PER_LAYER, SETTINGS, startOf } from "./fields.js";

/** Return the changes that restore the panel's settings. @param {Config} config @param {Catalogue} catalogue */
export function restoreChanges(config, catalogue) {
	/** @type {Record<string, unknown>} */
	const changes = {};
	for (const setting of SETTINGS) {
		const known = { ...config, ...changes };
		const { field, group, kind, own } = setting;
		if (!group || own) continue;
		const value = PER_LAYER.has(kind) ? [] : startOf(setting, known, catalogue);
		if (JSON.stringify(value) !== JSON.stringify(config[field])) changes[field] = value;
	}
	const features = config.features.filter((each) => !ADVANCED_INPUTS.includes(each));
	if (features.length < config.features.length) changes.features = features.length > 0 ? features : catalogue.fields.features.default;
	return changes;
}
