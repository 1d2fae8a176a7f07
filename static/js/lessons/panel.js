// The panel that shows a lesson beside the lab, in place of the data, one step at a time. The server begins the steps and verifies their checks.
import { createLocks } from "../classroom/shared/locks.js";
import { createPoller } from "../inside/poller.js";
import { one } from "../ui/dom.js";
import { closePanels } from "../ui/side-panel.js";
import { createHighlighter, needsData } from "./controls.js";
import { displayOfStep } from "./display.js";
import { createFrame } from "./frame.js";
import { loadLesson, loadStep, saveCurrentStep, saveStep } from "./stored.js";
import { createPart } from "./parts.js";
import { fetchLesson, runFreshRuns } from "./requests.js";
import { pollInterval, withFrame } from "./run.js";
import { createTally } from "./tally.js";

/** @typedef {import("./types.d.ts").Lesson} Lesson */
/** @typedef {import("./types.d.ts").LessonPosition} LessonPosition */
/** @typedef {import("./types.d.ts").LessonTools} LessonTools */
/** @typedef {import("./types.d.ts").LessonModel} LessonModel */
/** @typedef {import("./types.d.ts").StepProgress} StepProgress */
/** @typedef {import("./types.d.ts").PartView} PartView */
/** @typedef {import("./types.d.ts").AssignedProgress} AssignedProgress */

// Windows in which a step's panel would cover the lesson, or the network beside it, so that the step offers a button instead of opening it.
const COVERED_WINDOWS = "(max-width: 719px), ((min-width: 1000px) and (max-width: 1179px))";

/** The panel of the open lesson. */
export class LessonPanel {
	#tools;
	#frame;
	/** @type {Lesson | null} */
	#lesson = null;
	#stepNumber = 1;
	/** Whether a teacher has assigned the lesson to the class. */
	#isAssigned = false;
	/** Whether the learner has dismissed an assigned lesson: it is out of view, while its step goes on with its locks and checks. */
	#isDismissed = false;
	#tally = createTally();
	/** Whether an assigned lesson is about to restart: until the step begins, answers are about the training before it and do not count. */
	#isRestarting = false;
	#openRequest = 0; // number of the latest call of `open`
	/** Whether the step that was open last had a panel. */
	#hadPanel = false;
	/** @type {PartView[]} */
	#parts = [];
	/** @type {StepProgress | null} */
	#progress = null;
	/** @type {unknown} */
	#lastReport = null;
	/** @type {Frame | null} */
	#newestFrame = null;
	#poller;
	#highlighter = createHighlighter();
	#locks;

	/** @param {LessonTools} tools */
	constructor(tools) {
		this.#tools = tools;
		this.#poller = createPoller(tools.requestCheck);
		this.#locks = createLocks({
			i18n: tools.i18n,
			onPressed: () => tools.notify(this.reason),
			reasonText: (reason) => reason || tools.i18n.t("lesson.locked"),
		});
		this.#frame = createFrame(tools.i18n, {
			back: () => this.#changeStep(-1),
			forward: () => this.#changeStep(1),
			restart: () => this.#beginStep(true, true),
			close: () => this.#closeOrDismiss(),
		});
	}

	/** The lesson that is open, and its step. @returns {LessonPosition | null} */
	get position() {
		return this.#lesson && { name: this.#lesson.name, step: this.#stepNumber };
	}

	/** Why settings are locked. */
	get reason() {
		return this.#currentStep?.reason ?? this.#tools.i18n.t("lesson.locked");
	}

	get #currentStep() {
		return this.#lesson?.contents[this.#stepNumber - 1];
	}

	/** The number of checks of the open step. */
	get #checkCount() {
		return this.#currentStep?.parts.filter(({ kind }) => kind === "check").length ?? 0;
	}

	/**
	 * Open a lesson, and return whether it is open; without `step` it continues where this browser left it.
	 * @param {string} name @param {number | null} step @param {{begin?: boolean, isAssigned?: boolean}} [options] `begin`: whether the step's set-up
	 *   is applied; `isAssigned`: a teacher has assigned it to the class, so that its end links to no other lesson
	 */
	async open(name, step, { begin = true, isAssigned = false } = {}) {
		const { i18n, notify } = this.#tools;
		const request = ++this.#openRequest;
		let lesson;
		try {
			lesson = await fetchLesson(name, i18n.locale);
		} catch {
			if (request !== this.#openRequest) return true;
			notify(i18n.t("lesson.missing", { name: name.slice(0, 40) }));
			return false;
		}
		if (request !== this.#openRequest) return true; // a later call has opened another one
		if (!lesson.available) {
			notify(i18n.t("lesson.unavailable", { install: lesson.install ?? "" }));
			return false;
		}
		this.#lesson = lesson;
		[this.#isAssigned, this.#isDismissed] = [isAssigned, false];
		const last = this.#lesson.contents.length;
		this.#stepNumber = Math.min(last, Math.max(1, step ?? loadLesson(name).at ?? 1));
		document.body.classList.add("follows-lesson");
		this.#frame.element.hidden = false;
		window.scrollTo(0, 0); // the link that opened it may be below the lab
		this.#beginStep(begin);
		return true;
	}

	/** Send the open step again, after a reconnection. */
	resendStep() {
		if (this.position) this.#tools.sendStep(this.position, false);
	}

	close() {
		if (!this.#lesson) return;
		this.#lesson = null;
		this.#poller.stop();
		this.#locks.update({ locks: [], reason: "" });
		this.#tools.sendStep(null, false);
		if (this.#isDismissed) this.#tools.notifyDismissed(null);
		this.#hidePanel();
	}

	/** Close the lesson; only dismiss an assigned one, as the server keeps the training at its step. */
	#closeOrDismiss() {
		if (!this.#isAssigned) return this.close();
		this.#isDismissed = true;
		this.#hidePanel();
		const { i18n, notifyDismissed } = this.#tools;
		const { met, of } = this.#tally.total;
		notifyDismissed(i18n.t(`lesson.away.${of === 0 ? "plain" : met < of ? "some" : "all"}`, { met, of, back: i18n.t("room.lesson.back") }));
	}

	#hidePanel() {
		this.#frame.element.hidden = true;
		document.body.classList.remove("follows-lesson", "with-data");
		this.#highlighter.highlight(null);
		this.#tools.onPosition(null);
		one("#playground").focus({ preventScroll: true });
	}

	/** Show the dismissed lesson again, at its present step and progress. */
	reopen() {
		const [position, step] = [this.position, this.#currentStep];
		if (!this.#isDismissed || !position || !step) return;
		this.#isDismissed = false;
		this.#tools.notifyDismissed(null);
		document.body.classList.add("follows-lesson");
		document.body.classList.toggle("with-data", needsData(step));
		this.#frame.element.hidden = false;
		window.scrollTo(0, 0);
		this.#highlighter.highlight(step);
		this.#tools.onPosition(position);
		this.#frame.focus();
	}

	/** Merge and show what the server has verified in the assigned lesson. @param {AssignedProgress} progress */
	receiveAssignedProgress(progress) {
		const before = this.#storedStep(this.#stepNumber).checks?.length ?? 0;
		const since = this.#tally.since;
		this.#tally.receive(progress);
		if (!this.#isAssigned) return;
		if (this.#tally.since !== since) {
			this.#isRestarting = true;
			this.#poller.stop();
		}
		this.#announceProgress(before);
		this.#showProgress();
	}

	/** When the assigned lesson began for this seat, in seconds of Unix time; undefined for a lesson that is not assigned. */
	get #assignedSince() {
		return this.#isAssigned ? this.#tally.since : undefined;
	}

	/** Return what is stored of a step; of an assigned lesson, only what was reached and measured at this seat since it began. @param {number} step from 1 */
	#storedStep(step) {
		const stored = loadStep(this.#lesson?.name ?? "", step);
		if (!this.#isAssigned) return stored;
		return { ...stored, measured: stored.since === this.#assignedSince ? stored.measured : undefined, ...this.#tally.storedStep(step) };
	}

	/** Change to a later or an earlier step; after the last one, leave the lesson. @param {number} by number of steps */
	#changeStep(by) {
		if (!this.#lesson) return;
		const next = this.#stepNumber + by;
		const { contents } = this.#lesson;
		if (by > 0) this.#markTextStepDone();
		if (next > contents.length) {
			const isAssigned = this.#isAssigned;
			if (isAssigned) this.#tools.onFinish();
			this.#closeOrDismiss();
			if (!isAssigned) location.assign("lessons");
			return;
		}
		if (next < 1) return;
		this.#stepNumber = next;
		this.#beginStep(true);
	}

	/** Mark the open step as done if it has no checks, as it is left for the next one. */
	#markTextStepDone() {
		if (!this.#lesson || this.#currentStep?.parts.some(({ kind }) => kind === "check")) return;
		saveStep(this.#lesson.name, this.#stepNumber, { done: true });
	}

	forward = () => this.#changeStep(1);
	back = () => this.#changeStep(-1);

	/** Begin the step that is open. @param {boolean} begin whether its set-up is applied @param {boolean} [restart] whether training restarts even if the step has no set-up */
	#beginStep(begin, restart) {
		const [lesson, step] = [this.#lesson, this.#currentStep];
		if (!lesson || !step) return;
		const { i18n, sendStep, onPosition, onDisplay, openPanel, display } = this.#tools;
		this.#tools.notifyDismissed(null);
		const [{ name }, number] = [lesson, this.#stepNumber];
		saveCurrentStep(name, number);
		[this.#progress, this.#newestFrame, this.#isRestarting] = [null, null, false];
		const tools = {
			i18n,
			store: (/** @type {Partial<import("./types.d.ts").StoredStep>} */ change) => {
				saveStep(name, number, change);
				this.#showProgress();
			},
			stored: () => loadStep(name, number),
			runFresh: (/** @type {number} */ check) => this.#runFresh(check),
		};
		let checks = 0;
		this.#parts = step.parts.map((part, index) => createPart(part, index, part.kind === "check" ? checks++ : 0, tools));
		this.#frame.show(lesson, number, this.#parts.map(({ element }) => element));
		if (lesson.next && number === lesson.contents.length && !this.#isAssigned) {
			this.#frame.linkToNextLesson(lesson.next, () => this.#markTextStepDone());
		}
		this.#highlighter.highlight(step);
		document.body.classList.toggle("with-data", needsData(step));
		this.#locks.update({ locks: step.lock, reason: step.reason ?? "" });
		const newDisplay = begin && displayOfStep(step, display());
		if (newDisplay) onDisplay(newDisplay);
		onPosition({ name, step: number });
		sendStep({ name, step: number }, begin, restart);
		this.#poller.start();
		if (step.panel && !matchMedia(COVERED_WINDOWS).matches) openPanel(step.panel);
		else if (step.panel) this.#frame.addPanelButton(step.panel, openPanel);
		else if (this.#hadPanel) closePanels(); // it would cover what this step is about
		this.#hadPanel = step.panel !== null;
		this.#showProgress();
	}

	/** Have the server do the fresh runs of a check, then ask for the verdict. @param {number} check from 1 */
	async #runFresh(check) {
		const { session, notify, i18n, requestCheck } = this.#tools;
		try {
			await runFreshRuns(session(), check);
			requestCheck();
		} catch {
			notify(i18n.t("lesson.runsFailed"));
		}
	}

	/** Show the progress of the open step. */
	#showProgress() {
		if (!this.#lesson) return;
		const stored = this.#storedStep(this.#stepNumber);
		const finished = (stored.checks?.length ?? 0) >= this.#checkCount;
		const progress = this.#progress && withFrame(this.#progress, this.#newestFrame);
		for (const part of this.#parts) part.update?.(stored, progress, finished);
		this.#frame.showProgress(this.#lesson, this.#stepNumber, finished, (step) => Boolean(this.#storedStep(step).done));
	}

	/** Store and show the server's answer about the checks. @param {StepProgress} progress */
	#receiveProgress(progress) {
		const position = this.position;
		if (!position || this.#isRestarting || progress.lesson !== position.name || progress.step !== position.step) return;
		this.#progress = progress;
		const stored = this.#storedStep(position.step);
		const before = stored.checks?.length ?? 0;
		const reached = progress.checks.flatMap((check, index) => (check.reached ? [index] : []));
		const all = [...new Set([...(stored.checks ?? []), ...reached])];
		const done = all.length === progress.checks.length;
		const isNew = all.length > before;
		// The seat's progress may have counted the last check already; only this answer has the measured values.
		const measures = done && reached.length > 0 && (isNew || !stored.measured);
		if (isNew || measures) {
			this.#tally.add(position.step, all);
			const measured = measures ? { measured: progress.measured, since: this.#assignedSince } : {};
			saveStep(position.name, position.step, { checks: all, done: stored.done || done, ...measured });
			this.#announceProgress(before);
		}
		this.#showProgress();
	}

	/** Have screen readers say that another check, or the step, is done. @param {number} before the number of checks that were reached before */
	#announceProgress(before) {
		const [now, checks] = [this.#storedStep(this.#stepNumber).checks?.length ?? 0, this.#checkCount];
		if (now > before) this.#frame.announce(this.#tools.i18n.t(now >= checks ? "lesson.stepDone" : "lesson.checkDone"));
	}

	/** @param {LessonModel} model */
	update({ server, frame, step, lessonReport }) {
		if (!this.#lesson) return;
		if (lessonReport !== this.#lastReport) {
			this.#lastReport = lessonReport;
			this.#poller.receive();
			if (lessonReport?.progress) this.#receiveProgress(lessonReport.progress);
		}
		if (this.#checkCount === 0 || !frame || !server) return;
		if (frame !== this.#newestFrame && this.#progress) {
			this.#newestFrame = frame;
			this.#showProgress();
		}
		const { checks: reached = [], measured } = this.#storedStep(this.#stepNumber);
		if (reached.length >= this.#checkCount && measured && this.#progress) return;
		const state = `${server.revision} ${frame.epoch} ${frame.batch} ${server.playing} ${JSON.stringify(step?.point)} ${step?.applied}`;
		this.#poller.request(state, pollInterval(this.#progress, reached, frame, server.playing));
	}
}
