// A lesson beside the lab, in the place of the data: one step at a time. The server begins the steps and verifies their checks.
import { createLocks } from "../classroom/shared/locks.js";
import { createAsking } from "../inside/asking.js";
import { DEFAULT_DISPLAY } from "../link/url.js";
import { requestJson } from "../net/rest.js";
import { one } from "../ui/dom.js";
import { closePanels } from "../ui/side-panel.js";
import { createPointing, needsData } from "./controls.js";
import { createFrame } from "./frame.js";
import { keepPlace, keepStep, keptLesson, keptStep } from "./kept.js";
import { createPart } from "./parts.js";
import { pauseBetween, withFrame } from "./run.js";
import { createTally } from "./tally.js";

/** @typedef {import("./types.d.ts").Lesson} Lesson */
/** @typedef {import("./types.d.ts").LessonPlace} LessonPlace */
/** @typedef {import("./types.d.ts").LessonTools} LessonTools */
/** @typedef {import("./types.d.ts").LessonModel} LessonModel */
/** @typedef {import("./types.d.ts").StepProgress} StepProgress */
/** @typedef {import("./types.d.ts").PartView} PartView */
/** @typedef {import("./types.d.ts").GivenProgress} GivenProgress */

// Windows in which a panel covers the lesson, or beside it the network, so that it opens only when it is asked for.
const COVERED_WINDOWS = "(max-width: 719px), ((min-width: 1000px) and (max-width: 1179px))";
const RUN_WAIT = 10; // seconds that one request waits for runs to end

/** The display options by their names in lessons. @type {Record<string, keyof Display>} */
const DISPLAY_NAMES = {
	show_train: "showTrain",
	show_test: "showTest",
	discretize: "discretize",
	decision_line: "decisionLine",
	log_scale: "logScale",
};

export class LessonPanel {
	#tools;
	#frame;
	/** @type {Lesson | null} */
	#lesson = null;
	#step = 1;
	#given = false;
	/** Whether the learner has put a given lesson away: its step goes on, with its locks and checks. */
	#away = false;
	#tally = createTally();
	/** Whether a given lesson begins anew: answers about the training before it do not count. */
	#anew = false;
	#turn = 0; // counts what is to be opened
	/** Whether the step that was open last had a panel. */
	#opened = false;
	/** @type {PartView[]} */
	#parts = [];
	/** @type {StepProgress | null} */
	#progress = null;
	/** @type {unknown} */
	#report = null;
	/** @type {Frame | null} */
	#newest = null;
	#asking;
	#pointing = createPointing();
	#locks;

	/** @param {LessonTools} tools */
	constructor(tools) {
		this.#tools = tools;
		this.#asking = createAsking(tools.check);
		this.#locks = createLocks({
			i18n: tools.i18n,
			onPressed: () => tools.tell(this.reason),
			tell: (reason) => reason || tools.i18n.t("lesson.locked"),
		});
		this.#frame = createFrame(tools.i18n, {
			back: () => this.#move(-1),
			forward: () => this.#move(1),
			again: () => this.#begin(true),
			close: () => this.#leave(),
		});
	}

	/** The lesson that is open, and its step. @returns {LessonPlace | null} */
	get place() {
		return this.#lesson && { name: this.#lesson.name, step: this.#step };
	}

	/** Why settings are locked. */
	get reason() {
		return this.#now?.reason ?? this.#tools.i18n.t("lesson.locked");
	}

	get #now() {
		return this.#lesson?.contents[this.#step - 1];
	}

	/** The number of checks of the open step. */
	get #checks() {
		return this.#now?.parts.filter(({ kind }) => kind === "check").length ?? 0;
	}

	/**
	 * Open a lesson, and return whether it is open; without `step` it continues where this browser left it.
	 * @param {string} name @param {number | null} step @param {{begin?: boolean, given?: boolean}} [options] `begin`: whether the step's set-up is
	 *   applied; `given`: a teacher has the class follow it, so that its end leads nowhere else
	 */
	async open(name, step, { begin = true, given = false } = {}) {
		const { i18n, tell } = this.#tools;
		const turn = ++this.#turn;
		/** @type {Lesson} */
		let lesson;
		try {
			lesson = await requestJson("GET", `api/lessons/${encodeURIComponent(name)}?language=${i18n.locale}`);
		} catch {
			if (turn !== this.#turn) return true;
			tell(i18n.t("lesson.missing", { name: name.slice(0, 40) }));
			return false;
		}
		if (turn !== this.#turn) return true; // another one was opened meanwhile
		if (!lesson.available) {
			tell(i18n.t("lesson.unavailable", { install: lesson.install ?? "" }));
			return false;
		}
		this.#lesson = lesson;
		[this.#given, this.#away] = [given, false];
		const last = this.#lesson.contents.length;
		this.#step = Math.min(last, Math.max(1, step ?? keptLesson(name).at ?? 1));
		document.body.classList.add("follows-lesson");
		this.#frame.element.hidden = false;
		window.scrollTo(0, 0); // the way to it may have been below the lab
		this.#begin(begin);
		return true;
	}

	/** Tell the server again which step it is: the connection is new. */
	again() {
		if (this.place) this.#tools.follow(this.place, false);
	}

	close() {
		if (!this.#lesson) return;
		this.#lesson = null;
		this.#asking.end();
		this.#locks.update({ locks: [], reason: "" });
		this.#tools.follow(null, false);
		if (this.#away) this.#tools.tellAway(null);
		this.#hide();
	}

	/** Close the lesson; one that is given is only put away, as the server has the training stay at its step. */
	#leave() {
		if (!this.#given) return this.close();
		this.#away = true;
		this.#hide();
		const { i18n, tellAway } = this.#tools;
		const { met, of } = this.#tally.total;
		tellAway(i18n.t(`lesson.away.${of === 0 ? "plain" : met < of ? "some" : "all"}`, { met, of, back: i18n.t("room.lesson.back") }));
	}

	#hide() {
		this.#frame.element.hidden = true;
		document.body.classList.remove("follows-lesson", "with-data");
		this.#pointing.point(null);
		this.#tools.onPlace(null);
		one("#playground").focus({ preventScroll: true });
	}

	/** Show the lesson again that was put away, as it is now. */
	comeBack() {
		const [place, step] = [this.place, this.#now];
		if (!this.#away || !place || !step) return;
		this.#away = false;
		this.#tools.tellAway(null);
		document.body.classList.add("follows-lesson");
		document.body.classList.toggle("with-data", needsData(step));
		this.#frame.element.hidden = false;
		window.scrollTo(0, 0);
		this.#pointing.point(step);
		this.#tools.onPlace(place);
		this.#frame.focus();
	}

	/** Take in what the server has seen reached in the lesson that is given. @param {GivenProgress} progress */
	takeGiven(progress) {
		const before = this.#kept(this.#step).checks?.length ?? 0;
		const since = this.#tally.since;
		this.#tally.take(progress);
		if (!this.#given) return;
		if (this.#tally.since !== since) {
			this.#anew = true;
			this.#asking.end();
		}
		this.#say(before);
		this.#show();
	}

	/** When the lesson that is given began for this seat; undefined for one that is not given. */
	get #since() {
		return this.#given ? this.#tally.since : undefined;
	}

	/** What is kept of a step; of a lesson that is given, only what was reached and measured at this seat since it began. @param {number} step */
	#kept(step) {
		const kept = keptStep(this.#lesson?.name ?? "", step);
		if (!this.#given) return kept;
		return { ...kept, measured: kept.since === this.#since ? kept.measured : undefined, ...this.#tally.of(step) };
	}

	/** Go on or back. @param {number} by */
	#move(by) {
		if (!this.#lesson) return;
		const next = this.#step + by;
		const { contents } = this.#lesson;
		if (by > 0) this.#leaveStep();
		if (next > contents.length) {
			const given = this.#given;
			if (given) this.#tools.onFinish();
			this.#leave();
			if (!given) location.assign("lessons");
			return;
		}
		if (next < 1) return;
		this.#step = next;
		this.#begin(true);
	}

	/** A step that has nothing to check is done once it is left for the next one. */
	#leaveStep() {
		if (!this.#lesson || this.#now?.parts.some(({ kind }) => kind === "check")) return;
		keepStep(this.#lesson.name, this.#step, { done: true });
	}

	forward = () => this.#move(1);
	back = () => this.#move(-1);

	/** Begin the step that is open. @param {boolean} begin whether its set-up is applied */
	#begin(begin) {
		const [lesson, step] = [this.#lesson, this.#now];
		if (!lesson || !step) return;
		const { i18n, follow, onPlace, onDisplay, openPanel, display } = this.#tools;
		this.#tools.tellAway(null);
		const [{ name }, number] = [lesson, this.#step];
		keepPlace(name, number);
		[this.#progress, this.#newest, this.#anew] = [null, null, false];
		const tools = {
			i18n,
			keep: (/** @type {Partial<import("./types.d.ts").KeptStep>} */ change) => {
				keepStep(name, number, change);
				this.#show();
			},
			kept: () => keptStep(name, number),
			runFresh: (/** @type {number} */ check) => this.#runFresh(check),
		};
		let checks = 0;
		this.#parts = step.parts.map((part, index) => createPart(part, index, part.kind === "check" ? checks++ : 0, tools));
		this.#frame.show(lesson, number, this.#parts.map(({ element }) => element));
		if (lesson.next && number === lesson.contents.length && !this.#given) this.#frame.lead(lesson.next, () => this.#leaveStep());
		this.#pointing.point(step);
		document.body.classList.toggle("with-data", needsData(step));
		this.#locks.update({ locks: step.lock, reason: step.reason ?? "" });
		if (begin && (step.setup || Object.keys(step.display).length > 0)) {
			const changes = Object.entries(step.display).map(([key, value]) => [DISPLAY_NAMES[key], value]);
			onDisplay({ ...(step.setup ? DEFAULT_DISPLAY : display()), ...Object.fromEntries(changes) });
		}
		onPlace({ name, step: number });
		follow({ name, step: number }, begin);
		this.#asking.begin();
		if (step.panel && !matchMedia(COVERED_WINDOWS).matches) openPanel(step.panel);
		else if (step.panel) this.#frame.offer(step.panel, openPanel);
		else if (this.#opened) closePanels(); // it would cover what this step is about
		this.#opened = step.panel !== null;
		this.#show();
	}

	/** @param {number} check */
	async #runFresh(check) {
		const { session, tell, i18n, check: ask } = this.#tools;
		try {
			const job = await requestJson("POST", `api/sessions/${session()}/lesson/runs`, { body: { check } });
			let { state } = job;
			while (state === "running") ({ state } = await requestJson("GET", `api/runs/${job.id}?wait=${RUN_WAIT}`));
			ask();
		} catch {
			tell(i18n.t("lesson.runsFailed"));
		}
	}

	/** Show what has been reached. */
	#show() {
		if (!this.#lesson) return;
		const kept = this.#kept(this.#step);
		const finished = (kept.checks?.length ?? 0) >= this.#checks;
		const progress = this.#progress && withFrame(this.#progress, this.#newest);
		for (const part of this.#parts) part.update?.(kept, progress, finished);
		this.#frame.mark(this.#lesson, this.#step, finished, (step) => Boolean(this.#kept(step).done));
	}

	/** Take in what the server says of the checks. @param {StepProgress} progress */
	#take(progress) {
		const place = this.place;
		if (!place || this.#anew || progress.lesson !== place.name || progress.step !== place.step) return;
		this.#progress = progress;
		const kept = this.#kept(place.step);
		const before = kept.checks?.length ?? 0;
		const reached = progress.checks.flatMap((check, index) => (check.reached ? [index] : []));
		const all = [...new Set([...(kept.checks ?? []), ...reached])];
		const done = all.length === progress.checks.length;
		const isNew = all.length > before;
		// The seat may have told of the last check before this answer, which has the values of that moment.
		const measures = done && reached.length > 0 && (isNew || !kept.measured);
		if (isNew || measures) {
			this.#tally.add(place.step, all);
			const measured = measures ? { measured: progress.measured, since: this.#since } : {};
			keepStep(place.name, place.step, { checks: all, done: kept.done || done, ...measured });
			this.#say(before);
		}
		this.#show();
	}

	/** Tell those who listen what has been reached. @param {number} before the number of checks that were reached before */
	#say(before) {
		const [now, checks] = [this.#kept(this.#step).checks?.length ?? 0, this.#checks];
		if (now > before) this.#frame.say(this.#tools.i18n.t(now >= checks ? "lesson.stepDone" : "lesson.checkDone"));
	}

	/** @param {LessonModel} model */
	update({ server, frame, step, lessonReport }) {
		if (!this.#lesson) return;
		if (lessonReport !== this.#report) {
			this.#report = lessonReport;
			this.#asking.answer();
			if (lessonReport?.progress) this.#take(lessonReport.progress);
		}
		if (this.#checks === 0 || !frame || !server) return;
		if (frame !== this.#newest && this.#progress) {
			this.#newest = frame;
			this.#show();
		}
		const { checks: reached = [], measured } = this.#kept(this.#step);
		if (reached.length >= this.#checks && measured && this.#progress) return;
		const state = `${server.revision} ${frame.epoch} ${frame.batch} ${server.playing} ${JSON.stringify(step?.point)} ${step?.applied}`;
		this.#asking.ask(state, pauseBetween(this.#progress, reached, frame, server.playing));
	}
}
