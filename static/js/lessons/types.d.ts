/** Types of lessons. Only the type checker reads this file; the page does not load it. */

import type { Display, PageState } from "../state/types.d.ts";

type I18n = import("../ui/i18n.js").I18n;

/** A lesson and one of its steps, counted from 1, as links name them. */
export interface LessonPosition {
	name: string;
	step: number;
}

/** A lesson, as `GET api/lessons/NAME` gives it. */
export interface Lesson {
	name: string;
	title: string;
	language: string;
	after: string[];
	/** Whether it can be done on this server. */
	available: boolean;
	/** The command that makes it available; null: it is. */
	install: string | null;
	contents: LessonStep[];
	/** The lesson that follows it in the list. */
	next: { name: string; title: string } | null;
}

export interface LessonStep {
	title: string;
	parts: LessonPart[];
	setup: object | null;
	change: object | null;
	race: object | null;
	/** What the page shows, by the names of settings: `show_test`. */
	display: Record<string, boolean>;
	panel: "training" | "point" | "quality" | "descent" | null;
	show: string[];
	highlight: string[];
	lock: string[];
	reason: string | null;
}

export type LessonPart = TextPart | PredictPart | QuestionPart | CheckPart;

export interface TextPart {
	kind: "text";
	html: string;
}

export interface PredictPart {
	kind: "predict";
	ask: string;
	choices: string[];
	at_least: number | null;
	at_most: number | null;
	measure: string | null;
	outcome: string | null;
}

export interface QuestionPart {
	kind: "question";
	ask: string;
	answer: string;
}

export interface CheckPart {
	kind: "check";
	text: string;
	hint: string | null;
	conditions: Record<string, unknown>;
}

/** One condition of a check and the progress towards it. */
export interface ConditionProgress {
	kind: string;
	setting: string | null;
	wanted: unknown;
	value: unknown;
	met: boolean;
	/** Whether the value comes from the newest frame instead of the server's last answer. */
	live?: boolean;
}

/** The server's answer about the checks of a step. */
export interface StepProgress {
	lesson: string;
	step: number;
	reached: boolean;
	checks: { reached: boolean; parts: ConditionProgress[] }[];
	measured: Record<string, number | null>;
}

/** Which checks of an assigned lesson the server has verified for the seat. */
export interface AssignedProgress {
	/** When the lesson began for the seat, in seconds of Unix time. */
	since: number;
	/** For each step, whether each of its checks was reached. */
	by_step: boolean[][];
}

/** What the browser keeps of a step: checks reached, what was predicted and measured, what was answered. */
export interface StoredStep {
	done?: boolean;
	checks?: number[];
	predicted?: Record<string, string>;
	measured?: Record<string, number | null>;
	/** When the assigned lesson began in which `measured` was measured, in seconds of Unix time. */
	since?: number;
	answers?: Record<string, string>;
}

/** What the browser keeps of a lesson. */
export interface StoredLesson {
	/** The step that was open last. */
	at?: number;
	steps: Record<string, StoredStep>;
}

/** The element of one part of a step. */
export interface PartView {
	element: HTMLElement;
	/** Show the progress. `finished`: all checks are reached, so predictions are compared with the outcome. */
	update?: (stored: StoredStep, progress: StepProgress | null, finished: boolean) => void;
}

export interface PartTools {
	i18n: I18n;
	/** Store a change of what the browser keeps of the step. */
	store: (change: Partial<StoredStep>) => void;
	stored: () => StoredStep;
	/** Start the runs of a check from other seeds; resolves when they have ended. */
	runFresh: (check: number) => Promise<void>;
}

export interface LessonTools {
	i18n: I18n;
	display: () => Display;
	/** Tell the server which step is open; null: none. `begin`: apply the step's set-up; `restart`: restart training even if it has no set-up. */
	sendStep: (position: LessonPosition | null, begin: boolean, restart?: boolean) => void;
	/** Ask the server to verify the checks of the open step. */
	requestCheck: () => void;
	/** The id of the session; null before there is one. */
	session: () => string | null;
	/** Called when the last step of an assigned lesson is finished. */
	onFinish: () => void;
	onPosition: (position: LessonPosition | null) => void;
	onDisplay: (display: Display) => void;
	openPanel: (panel: NonNullable<LessonStep["panel"]>) => void;
	/** Show a message. */
	notify: (text: string) => void;
	/** Show that the assigned lesson is out of view, with its progress; null removes the notice. */
	notifyDismissed: (text: string | null) => void;
}

export type LessonModel = Pick<PageState, "server" | "frame" | "step" | "lessonReport">;
