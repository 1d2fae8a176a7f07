/**
 * Types of the classroom's data, as REST and the websockets send them (server/classroom/api/responses.py), and of what its
 * views share. Only the type checker reads this file; the page does not load it.
 */

/** Seconds of Unix time. */
type Seconds = number;

export type GoalName = import("./goals.js").GoalName;

/** Trainings that the server does itself, from other seeds, when a network is handed in. */
export interface FreshRuns {
	runs: number;
	/** How many of them have to reach the goal. */
	solved: number;
	epochs: number;
}

/** What a part of a goal asks for: a bound, the inputs that are allowed, or fresh runs. */
export type Wanted = number | string[] | FreshRuns;

/** What a task asks for, all at the same time; a part that is null or left out does not count. */
export type Goal = { [Name in GoalName]?: Wanted | null };

/** One part of a goal and how far a learner is with it; `value` is null where it is not known. */
export interface GoalPart {
	kind: GoalName;
	wanted: Wanted;
	value: number | string[] | null;
	met: boolean;
}

export interface Progress {
	reached: boolean;
	parts: GoalPart[];
}

/** What the server has seen reached in the lesson that is the task. */
export interface LessonProgress {
	lesson: string;
	/** When it began for the seat. */
	since: Seconds;
	/** The step that the training was at last; 0: not opened yet. */
	step: number;
	steps: number;
	reached: number;
	checks: number;
	/** The steps in which the network was opened from a file: no check counted while it was. */
	opened?: number[];
	/** Whether the learner finished the last step. */
	finished: boolean;
	/** For each step, whether each of its checks was reached. */
	by_step: boolean[][];
}

export type Order = "fewest_weights" | "fewest_epochs" | "lowest_test_loss";

export interface Task {
	title: string;
	text: string;
	config: Partial<Config>;
	locks: string[];
	goal: Goal | null;
	/** What the leaderboard goes by; null: none. */
	order: Order | null;
	/** The lesson that learners follow. */
	lesson?: string | null;
}

/** A task that comes with the page. */
export interface BuiltinTask extends Task {
	id: string;
}

export interface Hint {
	text: string;
	at: Seconds;
}

export interface HandIn {
	at: Seconds;
	reached: boolean;
	/** How far the learner was in the lesson that is the task. */
	lesson?: LessonProgress | null;
	/** Whether weights were set by hand. */
	edited: boolean;
	/** Fresh runs under way. */
	checking: { done: number; of: number } | null;
	/** Fresh runs that are done. */
	fresh: { solved: number; of: number } | null;
	rank: number | null;
	weights: number;
	epoch: number;
	/** Epochs for goal and leaderboard. */
	counted_epochs: number;
	test_loss: number;
	/** What goal and leaderboard use: the error on the test data, comparable whatever output and loss are. */
	score: number;
	/** A page with a copy of the network; only for the teacher. */
	url: string | null;
}

/** The starting point of a room. */
export interface Start {
	config: Partial<Config>;
	/** Epochs a second; null: as fast as possible. */
	speed?: number | null;
}

/** A learner's seat as its own page gets it. */
export interface OwnSeat {
	room: {
		name: string;
		code: string;
		paused: boolean;
		locks: string[];
		reason: string;
		joining: boolean;
		anonymous: boolean;
		shown: { nickname: string | null; session_url: string } | null;
	};
	seat: string;
	nickname: string;
	waiting: boolean;
	session: string;
	/** With which the learner's programs change the training. */
	session_key: string;
	help: boolean;
	done: boolean;
	asked: boolean;
	agreed: boolean;
	hint: Hint | null;
	task: Task | null;
	progress: Progress | null;
	lesson?: LessonProgress | null;
	/** The best attempt at the task, which counts. */
	hand_in: HandIn | null;
	/** The latest attempts, the earliest first. */
	attempts: HandIn[];
	/** Whether the network is not handed in yet. */
	ready: boolean;
	leaderboard: OwnRank[] | null;
}

/** A line of the leaderboard as learners see it; `nickname` is null in an anonymous room. */
export interface OwnRank {
	rank: number;
	nickname: string | null;
	mine: boolean;
	value: number;
}

/** A learner's seat as the teacher sees it. */
export interface Seat {
	seat: string;
	nickname: string;
	waiting: boolean;
	online: boolean;
	help: boolean;
	done: boolean;
	asked: boolean;
	agreed: boolean;
	paused: boolean;
	joined: Seconds;
	session: string;
	idle_since: Seconds;
	/** Neurons of each layer; empty: not known. */
	shape: number[];
	weights: number;
	/** Settings that are not those of the start. */
	differs: Record<string, unknown>;
	/** The step of a lesson that the training is at; 0: none. */
	lesson_step?: number;
	progress: Progress | null;
	/** What the seat has reached in the lesson that is the task. */
	lesson?: LessonProgress | null;
	/** The best attempt at the task, which counts. */
	hand_in: HandIn | null;
	/** Number of attempts at the task. */
	attempts: number;
}

/** A room as its teacher sees it. */
export interface Room {
	id: string;
	name: string;
	code: string;
	join_url: string;
	projector_url: string;
	projectors: number;
	created: Seconds;
	ends: Seconds;
	approval: boolean;
	nicknames: "own" | "generated";
	joining: boolean;
	paused: boolean;
	locks: string[];
	reason: string;
	leaderboard: Order | null;
	anonymous: boolean;
	shown: string | null;
	start: Start;
	task: Task | null;
	seats: Seat[];
	ranking: { rank: number; seat: string; nickname: string; value: number }[] | null;
}

/** A room as the projector shows it. */
export interface ProjectedRoom {
	id: string;
	name: string;
	code: string;
	join_url: string;
	joining: boolean;
	leaderboard: Order | null;
	anonymous: boolean;
	shown: string | null;
	seats: { seat: string; nickname: string | null; waiting: boolean }[];
	ranking: { rank: number; seat: string; nickname: string | null; value: number }[] | null;
}

/** A room that was just created; its key is told only once. */
export interface NewRoom extends Room {
	key: string;
	teacher_url: string;
}

/** The class in numbers: counts of learners. */
export interface Summary {
	learners: number;
	handed_in: number;
	reached: number;
	missed: number;
	/** Learners who opened the lesson that is the task, finished it, and reached all of its checks. */
	lesson?: { opened: number; finished: number; finished_incomplete: number; complete: number } | null;
	/** Test losses by bin; `edges` holds the highest loss of each bin but the last. */
	losses: { edges: number[]; handed_in: number[]; present: number[] };
	architectures: { hidden_layers: number[]; count: number }[];
	learning_rates: { learning_rate: number; count: number }[];
	activations: { activation: string; count: number }[];
}

/** The small heat map of a learner's output: classes, or numbers of which 127 stands for `scale`. */
export interface WallPicture {
	values: Int8Array | Uint8Array;
	resolution: number;
	classes: boolean;
	scale: number;
	/** Whether it is a confusion matrix, whose cells keep their edges. */
	matrix?: boolean;
}

/** Epoch and test loss. */
export type CurvePoint = [number, number];

/** What one message of the wall tells of a learner; `curve` comes with the first message and after a reset. */
export interface WallUpdate {
	seat: string;
	epoch: number;
	train_loss: number | null;
	test_loss: number | null;
	train_accuracy: number | null;
	test_accuracy: number | null;
	/** The error on the test data, comparable whatever output and loss are. */
	score: number | null;
	/** Epochs of training; what changes of the points cut off counts. */
	counted_epochs: number;
	playing: boolean;
	diverged: boolean;
	picture: WallPicture | null;
	/** Of a network for images, in place of a picture: how many test images of each class are taken for each, row by row. */
	confusion?: number[] | null;
	/** Epochs and scores. */
	curve?: [number, number | null][];
}

/** What the wall knows of a learner's training. */
export interface Learner extends Omit<WallUpdate, "curve"> {
	curve: CurvePoint[];
	/** The lowest score so far. */
	best: number | null;
	/** When the score last became clearly better, in milliseconds. */
	improved: number;
}

/** What the teacher's views draw. */
export interface RoomView {
	room: Room;
	learners: ReturnType<typeof import("../shared/learners.js").createLearners>;
	/** The server's time in milliseconds. */
	now: number;
	sort: string;
	filter: string;
	namesHidden: boolean;
	/** The seat whose panel is open. */
	selected: string | null;
	colors: Colors;
}

/** A kind of goals. Each kind has values of its own type, which only its own functions know. */
export interface GoalKind {
	/** Its name in REST. */
	kind: GoalName;
	/** How the task form asks for it. */
	control: "number" | "percent" | "features" | "fresh";
	/** Return what is wanted; undefined if the entered value is invalid. */
	parse(entered: unknown): Wanted | undefined;
	/** Return the values for the text `room.goal.KIND`. */
	textValues(wanted: unknown, i18n: I18n): Record<string, string | number>;
	/** Return the text of the present value. */
	describeValue(value: unknown, i18n: I18n, wanted: unknown): string;
	/** Whether fresh runs stop when they have reached it. */
	isTarget?: boolean;
	/** The problem types to which it applies; all if this is left out. */
	problems?: string[];
}

/** How the task form asks for what is wanted. */
export interface ValueControl {
	/** What stands in the row. */
	nodes: (Node | string)[];
	/** Those that are marked when the entered value is invalid. */
	inputs: HTMLElement[];
	/** Return what is entered, for `parse` of the goal's kind. */
	read(): unknown;
	/** Show a wanted value; null or undefined shows the default. */
	write(wanted: unknown): void;
}

/** A learner's training that the teacher watches large; `colors` is null until the first update. */
export interface WatchedTraining extends FrameState, Pick<PageState, "server" | "display" | "watched" | "drawn" | "hidden"> {
	colors: Colors | null;
}

/** What the parts of the teacher's page need from it. */
export interface TeacherTools {
	i18n: I18n;
	catalogue: Catalogue;
	api: import("../teacher/api.js").RoomApi;
	/** Run a request; returns its result, null if it has none, or undefined if it was refused, which the page then shows. */
	perform: <Result>(work: () => Promise<Result>) => Promise<Result | null | undefined>;
	state: () => RoomView;
}
