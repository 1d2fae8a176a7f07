// The share dialog: a link to the current settings, which controls it hides, and the training itself.
import { copyField } from "../ui/clipboard.js";
import { h, one, setText } from "../ui/dom.js";
import { MAX_LINK_DRAWINGS } from "../link/layer-code.js";
import { createShareEmbed } from "./share-embed.js";
import { createShareTraining } from "./share-training.js";

/** Names that a link can hide, in the order of the page, and the key of each one's text. */
const HIDABLE_PARTS = [
	["playButton", "control.play.label"],
	["stepButton", "share.hide.stepButton"],
	["resetButton", "control.reset.label"],
	["newWeights", "control.newWeights.label"],
	["speed", "control.speed.label"],
	["learningRate", "control.learningRate.label"],
	["activation", "control.activation.label"],
	["regularization", "control.regularization.label"],
	["regularizationRate", "control.regularizationRate.label"],
	["problem", "control.problem.label"],
	["more", "control.advanced.label"],
	["dataset", "control.dataset.label"],
	["classes", "control.classes.label"],
	["percTrainData", "control.trainPercent.label"],
	["noise", "control.noise.label"],
	["batchSize", "control.batchSize.label"],
	["regenerate", "control.regenerate.label"],
	["numHiddenLayers", "share.hide.numHiddenLayers"],
	["showTestData", "control.showTest.label"],
	["discretize", "control.discretize.label"],
];

/** Fill the dialog. @param {HTMLDialogElement} dialog @param {ShareOptions} options */
export function createShare(dialog, { i18n, featureChoices, links, frameSites, onHide, onHideText, onModels }) {
	/** @type {SharedTraining} */
	let present;
	/** @type {HTMLInputElement} */
	const field = one("#share-link");
	const [copy, status, choices] = ["#share-copy", "#share-status", "#share-choices"].map((id) => one(id));

	/** @type {HTMLDetailsElement} */
	const hide = one("#share-hide");
	const embed = createShareEmbed(one("#share-embed"), { i18n, links, frameSites });
	const training = createShareTraining(one("#share-training"), { i18n, links });

	const toggle = (/** @type {string} */ text, /** @type {(on: boolean) => void} */ checked) => {
		const box = h("input", { type: "checkbox" });
		box.addEventListener("change", () => {
			checked(box.checked);
			refresh();
		});
		choices.append(h("label", { class: "toggle" }, box, h("span", { text })));
		return box;
	};
	const boxes = new Map();
	for (const [name, key] of HIDABLE_PARTS) boxes.set(name, toggle(i18n.t(key), (on) => onHide(name, on)));
	for (const [name, text] of featureChoices) {
		boxes.set(name, toggle(i18n.t("share.hideInput", { input: text }), (on) => onHide(name, on)));
	}
	const words = toggle(i18n.t("share.hideText"), onHideText);

	/** Where the link is long, show the short one as soon as the server keeps the points. @param {string} long */
	async function shorten(long) {
		const { href, days } = await links.short(long).catch(() => ({ href: long, days: null }));
		if (days === null || field.value !== long) return;
		field.value = href;
		if (document.activeElement === field) field.select();
		setText(status, [i18n.t("share.linkHelp"), i18n.t("share.kept", { count: days })].join(" "));
	}

	function refresh() {
		field.value = links.setup();
		embed.refresh();
		shorten(field.value);
		const count = links.drawings();
		const lacking = count > MAX_LINK_DRAWINGS ? [i18n.t("share.leftOut", { count, most: MAX_LINK_DRAWINGS })] : [];
		setText(status, [i18n.t("share.linkHelp"), ...lacking].join(" "));
	}

	dialog.addEventListener("toggle", ({ target }) => {
		if (target instanceof HTMLDetailsElement && target.open && dialog.open) target.scrollIntoView({ block: "nearest" });
	}, true);
	copy.addEventListener("click", async () => setText(status, i18n.t((await copyField(field)) ? "message.copied" : "message.copyByHand")));
	dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
	one("#share-models").addEventListener("click", () => {
		dialog.close();
		onModels(present);
	});

	return {
		/** @param {{hidden: Set<string>, hideText: boolean, training: SharedTraining}} model */
		open({ hidden, hideText, training: shown }) {
			training.show(shown);
			present = shown;
			for (const [name, box] of boxes) box.checked = hidden.has(name);
			words.checked = hideText;
			hide.open = hideText || hidden.size > 0;
			dialog.showModal();
			refresh();
			field.select();
		},
	};
}
