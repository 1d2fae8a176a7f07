// A race: the rival's picture beside the large one, the losses of both, what differs, who is ahead, and how it ends.
import { createAnnouncer } from "../ui/announcer.js";
import { h, one, setText } from "../ui/dom.js";
import { accuracy as formatAccuracy, loss as formatLoss } from "../ui/format.js";
import { throttle } from "./throttle.js";
import { ownValues, standingText } from "./race-words.js";
import { createRivalPicture } from "./rival-picture.js";

/** Return the caption of a set-up: its name, and its values of differing settings. @param {string} name @param {string} side */
function createCaption(name, side) {
	const values = h("span", { class: "race-values" });
	return { element: h("p", { class: `race-caption ${side}` }, h("b", { text: name }), values), values };
}

/** The rival's losses, below those of the training. @param {I18n} i18n */
function createLosses({ t }) {
	const entry = (/** @type {string} */ key, /** @type {string} */ swatch) => {
		const value = h("span", { class: "value" });
		const name = h("span", { class: "visually-hidden", text: t("readout.named", { name: t("race.rival"), value: t(`readout.${key}`) }) });
		const style = swatch ? `--swatch: var(${swatch})` : undefined;
		return { whole: h("div", { class: swatch ? "rival-loss" : "rival-loss plain", style }, name, value), value };
	};
	const [train, test, accuracy] = [entry("trainLoss", "--train"), entry("testLoss", "--test"), entry("testAccuracy", "")];
	const element = h(
		"div",
		{ class: "losses rival-losses", role: "group", "aria-label": t("race.rival") },
		train.whole,
		test.whole,
		accuracy.whole,
	);
	return { element, train, test, accuracy };
}

/**
 * Add the views of a race to the output.
 * @param {HTMLElement} element the output @param {{i18n: I18n, actions: Record<"swapRival" | "keepRival" | "endRace", () => void>}} options
 */
export function createRace(element, { i18n, actions }) {
	const { t } = i18n;
	const picture = createRivalPicture({ i18n });
	const [ownCaption, rivalCaption] = [createCaption(t("race.own"), "own"), createCaption(t("race.rival"), "other")];
	const losses = createLosses(i18n);
	const line = h("p", { class: "race-standing" });
	const announcer = createAnnouncer();
	const button = (/** @type {"swapRival" | "keepRival" | "endRace"} */ name) =>
		h("button", {
			type: "button",
			class: "text-button",
			text: t(`control.${name}.label`),
			data: { action: name, help: `control.${name}.help` },
			on: { click: () => actions[name]() },
		});
	const buttons = h("div", { class: "race-buttons" }, button("swapRival"), button("keepRival"), button("endRace"));
	const panel = h("div", { class: "race", role: "group", "aria-label": t("control.race.label") }, line, buttons, announcer.element);
	one("#picture", element).before(ownCaption.element, rivalCaption.element);
	one("#picture", element).after(picture.element, panel);
	one("#losses", element).after(losses.element);
	const parts = [ownCaption.element, rivalCaption.element, picture.element, panel, losses.element];
	let wasPlaying = false;

	const showNumbers = throttle((/** @type {PageState} */ page) => {
		if (!page.server?.rival || !page.rival) return;
		const { rival: now, server } = page;
		setText(losses.train.value, formatLoss(now.trainLoss, i18n));
		setText(losses.test.value, formatLoss(now.testLoss, i18n));
		losses.accuracy.whole.hidden = server.config.problem === "regression";
		setText(losses.accuracy.value, formatAccuracy(now.testAccuracy, i18n));
		setText(line, standingText(i18n, page));
		if (wasPlaying && !server.playing) announcer.expect();
		wasPlaying = server.playing;
		announcer.announce(line.textContent ?? "");
	});

	/** @param {HTMLElement} place @param {string[]} values */
	function showCaption(place, values) {
		const text = values.join(" · ");
		setText(place, text);
		place.title = text;
	}

	return {
		/** @param {PageState} page */
		update(page) {
			const { server } = page;
			const rivalState = server?.rival ?? null;
			element.classList.toggle("racing", rivalState !== null);
			for (const part of parts) part.hidden = rivalState === null;
			if (!server || !rivalState) return;
			showCaption(ownCaption.values, ownValues(i18n, server.config, rivalState));
			showCaption(rivalCaption.values, ownValues(i18n, rivalState.config, rivalState));
			picture.update(page);
			showNumbers(page);
		},
	};
}
