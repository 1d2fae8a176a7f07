// The parts of a step: texts, predictions, questions to answer in words, and checks.
import { h, setText } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { conditionText, valueText } from "./conditions.js";
import { richHtml } from "./rich-html.js";

/** @typedef {import("./types.d.ts").PartView} PartView */
/** @typedef {import("./types.d.ts").PartTools} PartTools */
/** @typedef {import("./types.d.ts").LessonPart} LessonPart */

const MAX_ANSWER = 1000; // characters of one's own answer that are kept

/** Return the view of a part of a step. @param {LessonPart} part @param {number} index its place in the step @param {number} check the number of checks before it @param {PartTools} tools @returns {PartView} */
export function createPart(part, index, check, tools) {
	switch (part.kind) {
		case "text":
			return { element: h("div", { class: "lesson-text" }, ...richHtml(part.html)) };
		case "predict":
			return createPrediction(part, String(index), tools);
		case "question":
			return createQuestion(part, String(index), tools);
		default:
			return createCheck(part, check, tools);
	}
}

/** @param {import("./types.d.ts").PredictPart} part @param {string} key @param {PartTools} tools @returns {PartView} */
function createPrediction({ ask, choices, at_least, at_most, measure, outcome }, key, { i18n, store, stored }) {
	const title = `prediction-${key}`;
	const predict = (/** @type {string} */ value) => store({ predicted: { ...stored().predicted, [key]: value } });
	const chosen = stored().predicted?.[key] ?? "";
	const fields = choices.map((text, number) => {
		const input = h("input", { type: "radio", name: title, value: number, on: { change: () => predict(String(number)) } });
		input.checked = chosen === String(number);
		return h("label", {}, input, h("span", { text }));
	});
	if (choices.length === 0) {
		const input = h("input", {
			type: "number",
			min: at_least ?? undefined,
			max: at_most ?? undefined,
			step: "any",
			value: chosen,
			"aria-labelledby": title,
			on: { change: () => predict(input.validity.valid ? input.value : "") },
		});
		const isFraction = measure?.includes("accuracy");
		fields.push(h("label", {}, input, h("span", { text: isFraction ? "%" : "" })));
	}
	const predictedText = h("p", { class: "lesson-compared" });
	const outcomeText = h("p", { class: "lesson-compared" });
	const result = h(
		"div",
		{ class: "lesson-outcome", hidden: true },
		predictedText,
		outcomeText,
		...(outcome ? [h("p", { text: outcome })] : []),
	);
	const group = h(
		"div",
		{ class: "lesson-choices", role: choices.length > 0 ? "radiogroup" : "group", "aria-labelledby": title },
		...fields,
	);
	const note = h("p", { class: "quiet", text: i18n.t("lesson.predictFirst") });
	const element = h(
		"section",
		{ class: "lesson-block" },
		h("h3", { text: i18n.t("lesson.prediction") }),
		h("p", { id: title, text: ask }),
		group,
		note,
		result,
	);
	return {
		element,
		update(state, _progress, finished) {
			const predicted = state.predicted?.[key] ?? "";
			const shown = finished && (!measure || Boolean(state.measured ?? state.checks?.length));
			const value = measure && state.measured?.[measure]; // undefined if the step was reached in another browser
			result.hidden = !shown;
			note.hidden = shown;
			for (const field of group.querySelectorAll("input")) field.disabled = shown;
			if (!shown) return;
			const text = choices[Number(predicted)] ??
				(predicted && `${i18n.number(Number(predicted))}${measure?.includes("accuracy") ? "%" : ""}`);
			setText(predictedText, i18n.t("lesson.predicted", { value: predicted === "" ? "–" : text }));
			setText(outcomeText, measure ? i18n.t("lesson.cameOut", { value: valueText(measure, value, i18n) }) : "");
			predictedText.hidden = predicted === "";
			outcomeText.hidden = !measure || !state.measured;
		},
	};
}

/** @param {import("./types.d.ts").QuestionPart} part @param {string} key @param {PartTools} tools @returns {PartView} */
function createQuestion({ ask, answer }, key, { i18n, store, stored }) {
	const id = `question-${key}`;
	const box = h("textarea", {
		id,
		rows: 3,
		maxlength: MAX_ANSWER,
		placeholder: i18n.t("lesson.ownWords"),
		on: { input: () => store({ answers: { ...stored().answers, [key]: box.value } }) },
	});
	box.value = stored().answers?.[key] ?? "";
	const model = h("p", { class: "lesson-outcome", hidden: true, text: answer });
	const compare = h("button", {
		type: "button",
		class: "text-button",
		"aria-expanded": "false",
		text: i18n.t("lesson.compare"),
		on: {
			click() {
				model.hidden = !model.hidden;
				compare.setAttribute("aria-expanded", String(!model.hidden));
			},
		},
	});
	return {
		element: h(
			"section",
			{ class: "lesson-block" },
			h("h3", { text: i18n.t("lesson.question") }),
			h("label", { for: id, text: ask }),
			box,
			compare,
			model,
		),
	};
}

/** @param {import("./types.d.ts").CheckPart} part @param {number} number its place among the checks, from 0 @param {PartTools} tools @returns {PartView} */
function createCheck({ text, hint, conditions }, number, { i18n, runFresh }) {
	const sign = h("span", { class: "lesson-sign" }, icon("check"));
	const state = h("span", { class: "visually-hidden" });
	const list = h("ul", { class: "lesson-conditions" });
	/** @type {HTMLElement[]} */
	const parts = [h("p", {}, sign, state, h("span", { text })), list];
	if ("fresh" in conditions) {
		const run = h("button", { type: "button", class: "text-button", text: i18n.t("lesson.runFresh") });
		run.addEventListener("click", async () => {
			run.disabled = true;
			setText(run, i18n.t("lesson.running"));
			await runFresh(number + 1);
			run.disabled = false;
			setText(run, i18n.t("lesson.runFresh"));
		});
		parts.push(run);
	}
	if (hint) parts.push(h("details", {}, h("summary", { text: i18n.t("lesson.hint") }), h("p", { text: hint })));
	const element = h("section", { class: "lesson-block lesson-check" }, ...parts);
	/** @type {HTMLElement[]} */
	let rows = [];
	return {
		element,
		update(stored, progress) {
			const reached = Boolean(stored.checks?.includes(number));
			element.classList.toggle("reached", reached);
			setText(state, `${i18n.t(reached ? "lesson.reached" : "lesson.open")} `);
			const progressParts = progress?.checks[number]?.parts ?? [];
			if (rows.length !== progressParts.length) {
				rows = progressParts.map(() => h("li", {}, h("span"), h("span", { class: "lesson-now" })));
				list.replaceChildren(...rows);
			}
			progressParts.forEach((condition, index) => {
				const { wanted, now } = conditionText(condition, i18n);
				const [left, right] = [...rows[index].children];
				setText(left, wanted);
				const isKnown = !reached || condition.live; // once a check is reached, the server is not asked for its value any more
				setText(right, isKnown ? i18n.t("lesson.now", { value: now }) : "");
				rows[index].classList.toggle("met", !isKnown || condition.met);
			});
		},
	};
}
