/** Types of what travels between page and server. Only the type checker reads this file; the page does not load it. */

import type { ServerError, ServerState } from "../state/types.d.ts";

/** A control message to the server. */
export type Message = { type: string; ref?: number } & Record<string, unknown>;

/** One grid or several, one after another; row 0 is x2 = +6. */
export interface Grids {
	resolution: number;
	values: Int8Array;
}

/** The large heat map of one node: 127 stands for `scale`. */
export interface Detail extends Grids {
	layer: number;
	neuron: number;
	scale: number;
}

/** The winning class of each cell: class << 5 | level, from 0 (as likely as any other) to 31. */
export interface Classes {
	resolution: number;
	values: Uint8Array;
}

/** Where the decision line crosses the ways between neighbouring cells: see LINE in server/protocol/frames.py. */
export interface DecisionLine {
	resolution: number;
	/** Twice the index of a cell, for the way to its right neighbour; 1 more for the way to the lower one. */
	places: Uint16Array;
	/** On which of 32 parts of each way. */
	parts: Uint8Array;
}

export interface HistoryPoint {
	epoch: number;
	train: number;
	test: number;
}

/** The value at a point; `neuron` null: the probability of each class. */
export interface Probe {
	layer: number;
	neuron: number | null;
	x1: number;
	x2: number;
	values: number[];
}

/** x1, x2 and target of each point, one after another. */
export interface Points {
	train: Float32Array;
	test: Float32Array;
}

/** The image that is shown. */
export interface ShownImage {
	source: "train" | "test" | "drawn";
	/** Its index in its set; 0 if it is drawn. */
	index: number;
	/** The class that it shows; null: not known. */
	label: number | null;
	/** Row by row: 0 is paper, 255 is ink. */
	pixels: Uint8Array;
}

/** Several arrays, one after another: 127 stands for the scale of each. */
export interface ScaledArrays {
	scales: Float32Array;
	values: Int8Array;
}

/** An image of the test set whose prediction is wrong. */
export interface WrongImage {
	index: number;
	label: number;
	predicted: number;
	/** Of the predicted class, 0 to 1. */
	probability: number;
	pixels: Uint8Array;
}

/** The predictions for the test set. */
export interface Confusion {
	classes: number;
	/** How many images of each class, by row, are taken for each, by column. */
	matrix: Uint16Array;
	/** Some of the wrong ones, in the order of the set. */
	wrong: WrongImage[];
}

/** A decoded frame: what training has computed since the last one. */
export interface Frame extends Partial<Parts> {
	/** Its number, to be acknowledged. */
	frame: number;
	/** The revision of the server's state that it belongs to. */
	revision: number;
	/** Finished epochs. */
	epoch: number;
	/** Mini-batches done in the current epoch. */
	batch: number;
	playing: boolean;
	diverged: boolean;
	/** Whether NumPy trains, until the kernels for this network are compiled. */
	compiling: boolean;
	trainLoss: number;
	testLoss: number;
	/** 0 to 1; null in regression. */
	trainAccuracy: number | null;
	testAccuracy: number | null;
}

/** What the sections of frames bring; a frame has some of them. */
export interface Parts {
	detail: Detail;
	/** Instead of `detail`: the whole output of a network with several classes. */
	classes: Classes;
	/** The decision line of `detail` or `classes`, with which it comes. */
	line: DecisionLine;
	/** The neurons from layer 1 to the output. */
	preview: Grids;
	/** The engine's flat vector. */
	parameters: Float32Array;
	history: NewLosses;
	points: Points;
	/** All inputs, in the catalogue's order. */
	inputs: Grids;
	probe: Probe;
	image: ShownImage;
	/** The values of all layers in the state's `images`. */
	maps: ScaledArrays;
	/** (filters, channels, size, size) of each convolution. */
	filters: ScaledArrays;
	confusion: Confusion;
	rival: RivalStanding;
	/** The rival's output, as `detail`, or as `classes`. */
	rivalDetail: Detail;
	rivalClasses: Classes;
	rivalLine: DecisionLine;
	rivalHistory: NewLosses;
}

/** Losses after the epochs since the last frame; with `replace`, in place of all before. */
export interface NewLosses {
	replace: boolean;
	points: HistoryPoint[];
}

/** How the rival in a race is doing; scores are test losses on a scale that no setting changes. */
export interface RivalStanding {
	epoch: number;
	batch: number;
	trainLoss: number;
	testLoss: number;
	trainAccuracy: number | null;
	testAccuracy: number | null;
	/** Of the training that it races with. */
	score: number;
	rivalScore: number;
	diverged: boolean;
	compiling: boolean;
}

/** The rival of the server's state. */
export interface RivalState {
	config: Config;
	/** The settings in which it differs. */
	differs: (keyof Config)[];
	shape: number[];
	parameters: number;
	divergence: import("../state/types.d.ts").Divergence | null;
}

/** One section of a frame, as its reader gets it. */
export interface Section {
	buffer: ArrayBuffer;
	view: DataView;
	start: number;
	length: number;
	a: number;
	b: number;
	c: number;
	/** Throw a FrameError unless the condition holds. */
	fits: (holds: boolean) => void;
}

/** "full": the server has no place for another session. */
export type ConnectionStatus = "connecting" | "open" | "reconnecting" | "full";

/** What a page shows about its connection; see net/diagnosis.js. */
export type ConnectionKind = "open" | "full" | "lost" | "unreached" | "blocked";

/** The part of a WebSocket that the connection uses. */
export type Socket = Pick<WebSocket, "binaryType" | "readyState" | "onopen" | "onmessage" | "onclose" | "onerror" | "send" | "close">;

/** The handling of one socket's data. */
export interface InboxOptions {
	/** Whether data is compressed. */
	isPacked: (data: unknown) => boolean;
	unpack: (data: ArrayBuffer) => Promise<ArrayBuffer>;
	/** A text or a frame, not compressed. */
	onData: (data: string | ArrayBuffer) => void;
	/** Data could not be decompressed. */
	onBroken: () => void;
}

export interface Timers {
	setTimeout: (act: () => void, delay: number) => number;
	clearTimeout: (timer?: number) => void;
}

/** The server has accepted the session; `resumed`: it existed before. */
interface Welcome {
	type: "welcome";
	session: string;
	resumed: boolean;
	/** The id with which the session can only be watched, for links. */
	view: string;
	/** Whether changes are accepted from this page. */
	may_change: boolean;
}

/** The server stops. */
interface Closing {
	type: "closing";
}

/** How often values are in each of equal parts of a range. */
export interface Histogram {
	low: number;
	high: number;
	counts: number[];
}

/** What happens in one layer of neurons. Sizes are root mean squares. */
export interface LayerStatistics {
	/** From 1; the last is the output. */
	layer: number;
	/** Null for the output. */
	activation: string | null;
	gradient: number;
	delta: number;
	update: number;
	weight: number;
	saturated: number;
	/** For each neuron the fraction of points where it is saturated. */
	saturation: number[];
	dead: boolean[];
	sums: Histogram;
	values: Histogram;
	weights: Histogram;
}

/** One explanation that measured numbers support, with settings to try. */
export interface Explanation {
	name: string;
	layer: number | null;
	measured: Record<string, number>;
	remedy: Partial<Config>;
}

/** The answer to `measure_layers`. */
export interface LayerReport {
	type: "layers";
	statistics: { epoch: number; layers: LayerStatistics[] };
	explanations: Explanation[];
}

/** What the network makes of one point. */
export interface PointPrediction {
	index: number;
	target: number;
	predicted: number | null;
	output: number | null;
	loss: number | null;
}

/** How good the network is on one set; null: not of this problem, or not finite. */
export interface QualityOnSet {
	points: number;
	accuracy: number | null;
	/** Rows are true classes, columns predicted ones; of two, -1 is the first. */
	matrix: number[][] | null;
	r_squared: number | null;
	rmse: number | null;
	/** How many points are of another class than predicted. */
	wrong: number | null;
	/** At most a hundred of those, in regression of all points, the largest loss first. */
	worst: PointPrediction[];
}

/** How good the network is now. */
export interface QualityReport {
	type: "quality";
	quality: { epoch: number; train: QualityOnSet; test: QualityOnSet };
	ref: number | null;
}

/** A point by its index in a set (`train` if none is named), a place of the plane, or a drawn digit with what it is to be. */
export interface PointToShow {
	index?: number;
	set?: "train" | "test";
	x1?: number;
	x2?: number;
	target?: number;
	/** Row by row, 0 to 16. */
	pixels?: number[];
}

/** An array of parameters; its arrays have all the same shape: one or two dimensions. */
export interface InspectedArray {
	name: "weights" | "biases" | "scale" | "shift" | "projection";
	// deno-lint-ignore no-explicit-any
	values: any[];
	// deno-lint-ignore no-explicit-any
	gradient: any[];
	// deno-lint-ignore no-explicit-any
	change: any[];
	// deno-lint-ignore no-explicit-any
	memory: any[][];
	// deno-lint-ignore no-explicit-any
	memory_after: any[][];
	/** Whether penalties act on it. */
	penalised: boolean;
}

/** The windows of a convolution or pooling layer; shapes are channels, height and width. */
export interface Windows {
	before: number[];
	after: number[];
	size: number;
	stride: number;
	margin: number;
}

/** A layer of the chain in an inspected step. Null among numbers: not finite. */
export interface InspectedLayer {
	/** Number of its layer of neurons, from 1. */
	layer: number;
	kind: string;
	activation: string | null;
	values: (number | null)[];
	/** Of the point's loss by the values. */
	derivatives: (number | null)[];
	/** Slopes of an activation, factors of dropout. */
	factors: (number | null)[] | null;
	/** Of a normalization. */
	mean: (number | null)[] | null;
	variance: (number | null)[] | null;
	by_batch: boolean | null;
	/** Of a residual connection: the index of the layer that it adds; -1: the inputs. */
	skips: number | null;
	windows: Windows | null;
	parameters: InspectedArray[];
}

/** A step of training with the numbers of one of its points. */
export interface InspectedStep {
	epoch: number;
	batch: number;
	is_next: boolean;
	points: number[];
	share: number;
	inputs: (number | null)[];
	targets: (number | null)[];
	outputs: (number | null)[];
	loss: number | null;
	outputs_after: (number | null)[];
	loss_after: number | null;
	rate: number;
	steps: number;
	clipped: number;
	layers: InspectedLayer[];
}

/** The answer to `inspect_point` and `apply_point`. */
export interface StepReport {
	type: "step";
	step: InspectedStep;
	point: { [Name in keyof PointToShow]: PointToShow[Name] | null };
	/** Whether training took the step. */
	applied: boolean;
}

/** The answer to `follow_lesson` and `check_lesson`; `progress` is null where the training follows no lesson. */
export interface LessonReport {
	type: "lesson";
	progress: import("../lessons/types.d.ts").StepProgress | null;
}

/** Losses at most, and accuracies at least, at which training stops; all that are not null must hold. */
export interface StopConditions {
	train_loss: number | null;
	test_loss: number | null;
	train_accuracy: number | null;
	test_accuracy: number | null;
}

/** The answer to `look_back`: the epochs whose networks are stored, and the shown one; null: the present. */
export interface StoredEpochs {
	type: "moments";
	epochs: number[];
	shown: number | null;
}

/** What the server says on a training's socket. */
export type ServerMessage =
	| Welcome
	| Closing
	| ServerState
	| LayerReport
	| QualityReport
	| LessonReport
	| StoredEpochs
	| StepReport
	| ServerError;

/** `Received` are the control messages that the server sends on this socket. */
export interface ConnectionOptions<Received> {
	/** Of the websocket. */
	url: string;
	/** Called when the socket is open; has to send the first message by `sendNow`. */
	onOpen: () => void;
	/** A control message from the server. */
	onMessage: (message: Received) => void;
	/** A binary frame, not compressed. */
	onFrame: (buffer: ArrayBuffer) => void;
	/** Whether data is compressed. */
	isPacked?: (data: unknown) => boolean;
	unpack?: (data: ArrayBuffer) => Promise<ArrayBuffer>;
	/** "open" follows `ready()`; `seconds` is the time until the next attempt, `reached` whether anything ever came from the server. */
	onStatus: (status: ConnectionStatus, detail: { attempt: number; seconds: number; reached: boolean }) => void;
	WebSocketClass?: new (url: string) => Socket;
	timers?: Timers;
	/** From 0 to 1. */
	random?: () => number;
	/** Calls `wake` when the network or the visitor comes back. */
	onWake?: (wake: () => void) => void;
}

/** Makes the message that opens a session. */
export type MakeOpenMessage = (
	fields?: {
		session?: string | null;
		config?: object | null;
		packing?: boolean;
		speed?: number | null;
		copy_of?: string;
		resume_only?: boolean;
	},
) => Message;
