// The laboratory of gradient descent: a loss of one or two weights, an optimizer, and the steps with their formulas.
import { formulasOf } from "./formulas.js";
import { LANDSCAPES, limitsOf } from "./landscapes.js";
import { MEMORY_LIMITS } from "./optimizers.js";
import { plain } from "./numbers.js";
import { createParabola } from "./parabola.js";
import { weightsText } from "./picture.js";
import { createPlane } from "./plane.js";
import { applyStep, isOver, nextStep, outcomeOf, startDescent } from "./run.js";
import { createSetup } from "./setup.js";
import { h, one, setText } from "../ui/dom.js";
import { createSidePanel } from "../ui/side-panel.js";

const STEP_INTERVALS = { one: 450, two: 120 }; // milliseconds between steps while it plays
const MAX_STEPS = 3000;

/** Create the laboratory's panel in the lab. @param {{i18n: I18n, onOpen: () => void}} options */
export function createDescent({ i18n, onOpen }) {
	const label = i18n.t("panel.descent");
	const element = h("div", {
		id: "descent",
		class: "popover inside descent",
		role: "group",
		"aria-label": label,
		tabindex: "-1",
		hidden: true,
	});
	one(".lab").append(element);
	/** @type {DescentSetup} */
	let setup = { landscape: LANDSCAPES[0], optimizer: "sgd", rate: LANDSCAPES[0].rate };
	let start = setup.landscape.start;
	let descent = startDescent(start);
	/** The path before the last restart. @type {number[][]} */
	let previousPath = [];
	let timer = 0;

	const panel = createSidePanel(element, { i18n, title: label, onOpen, onLeave: pause });
	const pictures = [createParabola, createPlane].map((create) => create({ i18n, onStart: (weights) => restart(weights, false) }));
	const fields = createSetup(i18n, {
		onLandscape(landscape) {
			setup = { ...setup, landscape, rate: landscape.rate };
			previousPath = [];
			descent = startDescent(landscape.start);
			restart(landscape.start, false);
		},
		onOptimizer(optimizer) {
			setup = { ...setup, optimizer };
			restart(start, true);
		},
		onRate(rate) {
			setup = { ...setup, rate };
			update();
		},
		onStart: (weights) => restart(weights, false),
	});
	const button = (/** @type {string} */ name, /** @type {() => void} */ click) =>
		h("button", { type: "button", class: "text-button", text: i18n.t(`descent.${name}`), data: { descent: name }, on: { click } });
	const play = button("play", () => (timer ? pause() : startPlaying()));
	const step = button("step", () => {
		pause();
		takeStep();
	});
	const restartButton = button("restart", () => restart(start, true));
	const buttons = h("div", { class: "descent-buttons" }, play, step, restartButton);
	const readout = h("p", { class: "descent-readout", "aria-live": "off" });
	const outcome = h("p", { class: "descent-outcome", role: "status" });
	const limits = h("p", { class: "quiet" });
	const title = h("h3");
	const formulas = h("div", { class: "formulas" });
	const symbols = h("p", { class: "quiet" });
	element.append(
		h(
			"div",
			{ class: "descent-body" },
			h("div", { class: "descent-view" }, fields.landscape, ...pictures.map((picture) => picture.element), buttons, readout, outcome),
			h("div", { class: "descent-numbers" }, fields.settings, title, formulas, symbols, limits),
		),
	);

	/** Restart the descent. @param {number[]} weights @param {boolean} keeps whether the path so far stays visible for comparison */
	function restart(weights, keeps) {
		pause();
		if (keeps && descent.steps > 0) previousPath = descent.path;
		start = weights;
		descent = startDescent(weights);
		update();
	}

	function takeStep() {
		if (isOver(outcomeOf(descent, setup.landscape)) || descent.steps >= MAX_STEPS) return pause();
		descent = applyStep(descent, nextStep(descent, setup));
		if (isOver(outcomeOf(descent, setup.landscape))) pause();
		update();
	}

	function startPlaying() {
		if (isOver(outcomeOf(descent, setup.landscape))) restart(start, true);
		timer = setInterval(takeStep, descent.weights.length > 1 ? STEP_INTERVALS.two : STEP_INTERVALS.one);
		takeStep();
	}

	function pause() {
		clearInterval(timer);
		timer = 0;
		update();
	}

	function update() {
		if (element.hidden) return;
		const { landscape } = setup;
		const next = nextStep(descent, setup);
		const view = { landscape, descent, previousPath, sample: next.sample };
		pictures.forEach((picture, index) => {
			picture.element.hidden = landscape.start.length !== index + 1;
			if (!picture.element.hidden) picture.update(view);
		});
		fields.update(setup, start);
		setText(play, i18n.t(timer ? "descent.pause" : "descent.play"));
		const loss = plain(landscape.loss(descent.weights), i18n);
		setText(readout, i18n.t("descent.readout", { step: descent.steps, where: weightsText(descent.weights, i18n), loss }));
		showOutcome();
		const bounds = limitsOf(landscape);
		const memory = MEMORY_LIMITS[setup.optimizer];
		limits.hidden = !bounds || !(memory || setup.optimizer === "sgd");
		if (bounds) setText(limits, memory ? momentumLimitText(bounds.diverges * memory) : limitsText(bounds));
		const over = isOver(outcomeOf(descent, landscape));
		if (over && document.activeElement === step) restartButton.focus(); // a disabled button would lose it
		step.toggleAttribute("disabled", over);
		setText(title, i18n.t("descent.next", { step: next.number }));
		title.hidden = formulas.hidden = symbols.hidden = over;
		setText(symbols, i18n.t(`descent.symbols.${setup.optimizer}`));
		if (!over) formulas.replaceChildren(...formulasOf(next, setup, i18n));
	}

	function showOutcome() {
		const { landscape } = setup;
		const name = outcomeOf(descent, landscape);
		outcome.setAttribute("aria-live", timer ? "off" : "polite"); // while it plays, sentences would follow each other too fast
		outcome.dataset.outcome = name;
		const key = name === "up" && landscape.stochastic ? "upSample" : name === "up" && setup.optimizer === "sgd" ? "worse" : name;
		setText(outcome, i18n.t(name === "start" ? `descent.about.${landscape.name}` : `descent.outcome.${key}`));
	}

	/** Return the text of an optimizer's largest learning rate that converges. @param {number} limit */
	const momentumLimitText = (limit) =>
		i18n.t("descent.memoryLimit", { curvature: plain(setup.landscape.curvature ?? 0, i18n), diverges: plain(limit, i18n) });

	/** @param {{overshoots: number, diverges: number}} bounds */
	function limitsText({ overshoots, diverges }) {
		return i18n.t("descent.limits", {
			curvature: plain(setup.landscape.curvature ?? 0, i18n),
			overshoots: plain(overshoots, i18n),
			diverges: plain(diverges, i18n),
		});
	}

	return {
		/** Open the laboratory, or close it. @param {HTMLElement} opener the button */
		toggle(opener) {
			panel.toggle(opener);
			update();
		},
	};
}
