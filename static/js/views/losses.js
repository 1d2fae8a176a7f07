// The current losses and accuracy as numbers.
import { accuracy as formatAccuracy, loss as formatLoss } from "../ui/format.js";
import { h, setText } from "../ui/dom.js";

/** Fill an element with the numbers. @param {HTMLElement} element @param {{i18n: I18n}} options */
export function createLosses(element, { i18n }) {
	const entry = (/** @type {string} */ key, /** @type {string} */ swatch) => {
		const value = h("span", { class: "value", text: "–" });
		const label = h("span", { class: "label", text: i18n.t(`readout.${key}`), data: { help: `readout.${key}.help` } });
		const whole = h(
			"div",
			{ class: swatch ? "loss" : "loss plain", style: swatch ? `--swatch: var(${swatch})` : undefined },
			label,
			value,
		);
		element.append(whole);
		return { whole, label, value };
	};
	const train = entry("trainLoss", "--train");
	const test = entry("testLoss", "--test");
	const accuracy = entry("testAccuracy", "");

	return {
		/** @param {PageState} model */
		update({ frame, server }) {
			if (!frame || !server) return;
			const { loss } = server.config;
			if (train.label.dataset.hint !== `hint.loss.${loss}`) {
				Object.assign(train.label.dataset, { hint: `hint.loss.${loss}`, chosen: `choice.loss.${loss}` });
			}
			setText(train.value, formatLoss(frame.trainLoss, i18n));
			setText(test.value, formatLoss(frame.testLoss, i18n));
			accuracy.whole.hidden = server.config.problem === "regression";
			setText(accuracy.value, formatAccuracy(frame.testAccuracy, i18n));
		},
	};
}
