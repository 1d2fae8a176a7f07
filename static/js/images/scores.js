// The probabilities of the ten digits for the shown image, large, and whether the answer is right.
import { h, setText } from "../ui/dom.js";
import { scoresOf } from "./maps.js";
import { answerText } from "./naming.js";
import { paintDigit } from "./paint.js";

const DIGIT_SIZE = 52; // pixels
const ANNOUNCE_DELAY = 600; // milliseconds without another image, after which the answer is read out

/** Return the view of the probabilities. @param {{i18n: I18n}} options */
export function createScores({ i18n }) {
	const canvas = h("canvas", { "aria-hidden": "true" });
	const answer = h("strong", {});
	const verdict = h("span", { class: "verdict" });
	const bars = Array.from({ length: 10 }, (_, digit) => {
		const fill = h("span", { class: "score-fill" });
		const percentText = h("span", { class: "score-percent" });
		const row = h("li", {}, h("span", { class: "score-digit", text: String(digit) }), h("span", { class: "score-bar" }, fill), percentText);
		return { row, fill, percentText };
	});
	const list = h("ol", { class: "score-list", "aria-label": i18n.t("images.scores.label") }, ...bars.map(({ row }) => row));
	const element = h(
		"div",
		{ class: "digit-scores" },
		h("div", { class: "digit-row" }, canvas, h("div", { class: "digit-text" }, answer, verdict)),
		list,
	);
	const spoken = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
	/** @type {unknown[]} */
	let shownInputs = [];
	/** @type {unknown} */
	let announcedImage = null;
	let timer = 0;

	return {
		element,
		/** A live region that announces the answer for each new image; not for changes by training, nor while a digit is being drawn. */
		spoken,
		/** @param {ImagePage} page */
		update({ maps, image, colors, server }) {
			const now = [maps, image, colors];
			if (now.every((each, at) => each === shownInputs[at])) return;
			if (image && (image !== shownInputs[1] || colors !== shownInputs[2])) paintDigit(canvas, DIGIT_SIZE, image.pixels, 255, colors);
			shownInputs = now;
			const scores = scoresOf(maps, server.images.layers);
			if (!scores || !image) return;
			const percent = (/** @type {number} */ fraction) => i18n.number(fraction, { style: "percent", maximumFractionDigits: 0 });
			bars.forEach(({ row, fill, percentText }, digit) => {
				const value = scores.probabilities[digit];
				fill.style.width = `${100 * value}%`;
				setText(percentText, percent(value));
				row.classList.toggle("answer", digit === scores.answer);
				row.classList.toggle("truth", digit === image.label);
			});
			setText(answer, answerText(i18n, scores));
			const right = image.label === null ? "" : image.label === scores.answer ? "right" : "wrong";
			setText(verdict, right ? i18n.t(`images.verdict.${right}`, { digit: String(image.label) }) : "");
			verdict.classList.toggle("wrong", right === "wrong");
			if (announcedImage === image) return;
			announcedImage = image;
			clearTimeout(timer);
			timer = window.setTimeout(() => setText(spoken, [answer.textContent, verdict.textContent].filter(Boolean).join(" ")), ANNOUNCE_DELAY);
		},
	};
}
