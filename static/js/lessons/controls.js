// Selectors of the controls that a lesson shows, highlights or locks, and the style sheet that does so.
import { one } from "../ui/dom.js";
import { selectorOfLock } from "../classroom/shared/locks.js";
import { rowOf } from "../views/setting-words.js";

const action = (/** @type {string} */ name) => `[data-action="${name}"]`;
const hidden = (/** @type {string} */ name) => `[data-hide="${name}"]`;
const toggle = (/** @type {string} */ id) => `.toggle:has(#${id})`;

const PHONE_WINDOWS = "(max-width: 719px)"; // in which the settings stand between the picture and the lesson

/** Parts of the page by their names in lessons. @type {Record<string, string>} */
const SELECTORS = {
	play: action("play"),
	reset: action("reset"),
	step_epoch: action("stepEpoch"),
	step_batch: action("stepBatch"),
	new_weights: action("newWeights"),
	speed: hidden("speed"),
	more: hidden("more"),
	regenerate: action("regenerate"),
	inside: action("inside"),
	race: action("race"),
	show_train: toggle("showTrain"),
	show_test: toggle("showTest"),
	discretize: toggle("discretize"),
	decision_line: toggle("decisionLine"),
	log_scale: toggle("logScale"),
	data: ".data",
	network: ".network-frame",
	output: "#picture",
	chart: "#chart",
	losses: "#losses",
	epoch: ".epoch",
	inputs: ".node[data-feature]",
	layers: ".layers-control",
	neurons: ".layer-control",
	output_bias: "#network .bias:not(:has(~ .bias))",
	features: ".node[data-feature]",
	hidden_layers: ".layers-control, .layer-control",
	dataset: "#datasets",
	train_percent: hidden("percTrainData"),
	learning_rate: hidden("learningRate"),
	activation: hidden("activation"),
	regularization: hidden("regularization"),
	regularization_rate: hidden("regularizationRate"),
	problem: hidden("problem"),
	classes: hidden("classes"),
	noise: hidden("noise"),
	batch_size: hidden("batchSize"),
};

/** The controls that are hidden in a step that shows only some of them. */
const HIDABLE_CONTROLS = ("play reset step_epoch step_batch new_weights speed more regenerate learning_rate activation regularization " +
	"regularization_rate problem dataset classes train_percent noise batch_size layers show_test discretize").split(" ");

/** The parts of the page that stand among the data. */
const DATA_CONTROLS = new Set(["data", "dataset", "train_percent", "noise", "batch_size", "classes", "regenerate"]);

/** What is pointed out where a control's whole field would be too much: on a phone it has the panel in it. @type {Record<string, string>} */
const POINTED_SELECTORS = { more: action("advanced") };

/**
 * Return the selector that highlights a control; empty if there is none. For a setting of the advanced panel it matches its field there, and the
 * button that opens the panel.
 * @param {string} name */
export function selectorOfControl(name) {
	if (Object.hasOwn(SELECTORS, name)) return POINTED_SELECTORS[name] ?? SELECTORS[name];
	const row = rowOf(name);
	return row ? `#advanced .field:has([data-help="control.${row.id}.help"]), ${action("advanced")}` : selectorOfLock(name);
}

/** Whether a step needs the data in view. @param {{show: string[], highlight: string[]}} step */
export const needsData = ({ show, highlight }) => [...show, ...highlight].some((name) => DATA_CONTROLS.has(name));

/** Return a highlighter, whose style sheet hides what a step does not show and outlines what it highlights. */
export function createHighlighter() {
	const sheet = new CSSStyleSheet();
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
	/** @type {string[]} */
	let selectors = [];
	const advanced = one("#advanced");
	new MutationObserver(() => {
		const highlighted = advanced.hidden || selectors.length === 0 ? null : advanced.querySelector(selectors.join());
		highlighted?.scrollIntoView({ block: matchMedia(PHONE_WINDOWS).matches ? "center" : "nearest" });
	}).observe(advanced, { attributes: true, attributeFilter: ["hidden"] });
	return {
		/** Apply what a step shows and highlights; null: show all, highlight nothing. @param {{show: string[], highlight: string[]} | null} step */
		highlight(step) {
			const hide = step && step.show.length > 0 ? HIDABLE_CONTROLS.filter((name) => !step.show.includes(name)) : [];
			selectors = (step?.highlight ?? []).map(selectorOfControl).filter(Boolean);
			sheet.replaceSync([
				...hide.map((name) => `${SELECTORS[name]} { display: none !important; }`),
				...selectors.map((selector) =>
					`:is(${selector}) { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: var(--radius); }`
				),
				// They touch the edge of the network's frame, which would cut what is outside of them.
				`:is(${SELECTORS.layers}) { outline-offset: -1px !important; } :is(${SELECTORS.neurons}) { outline-offset: 1px !important; }`,
			].join("\n"));
		},
	};
}
