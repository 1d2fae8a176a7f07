// Texts for the conditions of a check: what each asks for, and its present value.
import { accuracy, loss } from "../ui/format.js";
import { nameOf } from "../views/setting-words.js";
import { featureText } from "../views/naming.js";

/** @typedef {import("./types.d.ts").ConditionProgress} ConditionProgress */

const OF_ACCURACY = /accuracy/;
const OF_LOSS = /loss/;

/** Return the text of a condition's value, or of a measure; "–" if it is not known. @param {string} kind @param {unknown} value @param {I18n} i18n */
export function valueText(kind, value, i18n) {
	if (value === null || value === undefined) return "–";
	if (typeof value === "boolean") return i18n.t(value ? "lesson.yes" : "lesson.no");
	if (typeof value !== "number") return settingText("", value, i18n);
	if (OF_ACCURACY.test(kind)) return accuracy(value, i18n);
	return OF_LOSS.test(kind) ? loss(value, i18n) : i18n.number(value);
}

/** Return the text of a setting's value. @param {string} setting @param {unknown} value @param {I18n} i18n @returns {string} */
function settingText(setting, value, i18n) {
	if (Array.isArray(value)) {
		return value.length === 0 ? i18n.t("lesson.none") : value.map((each) => settingText(setting, each, i18n)).join(", ");
	}
	if (setting === "features") return featureText(String(value));
	const names = { output_activation: "output", layer_activations: "activation", input_scaling: "scaling" };
	const key = `choice.${/** @type {Record<string, string>} */ (names)[setting] ?? setting}.${value}`;
	if (i18n.has(key)) return i18n.t(key);
	return typeof value === "number" ? i18n.number(value) : String(value);
}

/** @param {string} setting @param {Record<string, any>} wanted @param {I18n} i18n */
function wantedSettingText(setting, wanted, i18n) {
	const format = (/** @type {unknown} */ value) => settingText(setting, value, i18n);
	const texts = [];
	if ("equals" in wanted) texts.push(format(wanted.equals));
	if (wanted.one_of) texts.push(i18n.t("lesson.oneOf", { values: wanted.one_of.map(format).join(", ") }));
	if (wanted.contains) texts.push(i18n.t("lesson.with", { values: format(wanted.contains) }));
	if ("at_least" in wanted) texts.push(i18n.t("lesson.atLeast", { value: format(wanted.at_least) }));
	if ("at_most" in wanted) texts.push(i18n.t("lesson.atMost", { value: format(wanted.at_most) }));
	return texts.join(", ");
}

/** Return the texts of what a condition asks for and of its present value. @param {ConditionProgress} part @param {I18n} i18n @returns {{wanted: string, now: string}} */
export function conditionText({ kind, setting, wanted, value }, i18n) {
	if (kind === "settings" && setting) {
		const name = i18n.has(nameOf(setting)) ? i18n.t(nameOf(setting)) : setting;
		const text = wantedSettingText(setting, /** @type {Record<string, any>} */ (wanted), i18n);
		return { wanted: i18n.t("lesson.check.settings", { name, wanted: text }), now: settingText(setting, value, i18n) };
	}
	if (kind === "fresh") {
		const { runs, solved, epochs } = /** @type {{runs: number, solved: number, epochs: number}} */ (wanted);
		const now = value === null ? "–" : i18n.t("lesson.of", { part: Number(value), whole: runs });
		return { wanted: i18n.t("lesson.check.fresh", { runs, solved, epochs }), now };
	}
	if (kind === "only_features") {
		const list = (/** @type {unknown} */ names) => settingText("features", names, i18n);
		return { wanted: i18n.t("lesson.check.only_features", { wanted: list(wanted) }), now: list(value) };
	}
	if (typeof wanted === "boolean") { // these texts say what is wanted, so the present value is whether that holds
		const now = value === null ? null : value === wanted;
		return { wanted: i18n.t(`lesson.check.${kind}.${wanted}`), now: valueText(kind, now, i18n) };
	}
	const key = `lesson.check.${kind}`;
	return { wanted: i18n.t(key, { wanted: valueText(kind, wanted, i18n) }), now: valueText(kind, value, i18n) };
}
