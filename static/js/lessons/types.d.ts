/** Types of lessons. Only the type checker reads this file; the page does not load it. */

import type { Display, PageState } from "../state/types.d.ts";

type I18n = import("../ui/i18n.js").I18n;

/** A step of a lesson that is open, as links name it. */
export interface LessonPlace {
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
	/** Whether the value is that of the newest frame, and not that of the server's last answer. */
	live?: boolean;
}

/** How far the training is, as the server has it. */
export interface StepProgress {
	lesson: string;
	step: number;
	reached: boolean;
	checks: { reached: boolean; parts: ConditionProgress[] }[];
	measured: Record<string, number | null>;
}

/** What the server has seen reached in a lesson that is a class's task, as the seat has it. */
export interface GivenProgress {
	/** When the lesson began for the seat. */
	since: number;
	/** For each step, whether each of its checks was reached. */
	by_step: boolean[][];
}

/** What the browser keeps of a step: checks reached, what was predicted and measured, what was answered. */
export interface KeptStep {
	done?: boolean;
	checks?: number[];
	predicted?: Record<string, string>;
	measured?: Record<string, number | null>;
	/** When the lesson had begun, as the task of a class, in which this was measured. */
	since?: number;
	answers?: Record<string, string>;
}

/** What the browser keeps of a lesson. */
export interface KeptLesson {
	/** The step that was open last. */
	at?: number;
	steps: Record<string, KeptStep>;
}

/** A part of a step on the page. */
export interface PartView {
	element: HTMLElement;
	/** Show how far the training is. `finished`: all checks are reached, so what was predicted is compared. */
	update?: (kept: KeptStep, progress: StepProgress | null, finished: boolean) => void;
}

export interface PartTools {
	i18n: I18n;
	/** Keep something of the step. */
	keep: (change: Partial<KeptStep>) => void;
	kept: () => KeptStep;
	/** Start the runs of a check from other seeds; resolves when they have ended. */
	runFresh: (check: number) => Promise<void>;
}

export interface LessonTools {
	i18n: I18n;
	display: () => Display;
	/** Send a message about the lesson. */
	follow: (place: LessonPlace | null, begin: boolean) => void;
	check: () => void;
	session: () => string | null;
	/** The last step of a lesson that is given is finished. */
	onFinish: () => void;
	onPlace: (place: LessonPlace | null) => void;
	onDisplay: (display: Display) => void;
	openPanel: (panel: NonNullable<LessonStep["panel"]>) => void;
	tell: (text: string) => void;
	/** Tell that the lesson is put away; null: it is not any more. */
	tellAway: (text: string | null) => void;
}

export type LessonModel = Pick<PageState, "server" | "frame" | "step" | "lessonReport">;
