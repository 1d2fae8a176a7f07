/** Types of the page's state. Only the type checker reads this file; the page does not load it. */

import type { Frame, HistoryPoint, Parts } from "../net/types.d.ts";
import type { Config } from "../settings/types.d.ts";
import type { Colors } from "../ui/types.d.ts";

/** A node of the network; layer 0 holds the inputs, in the catalogue's order. */
export interface NodeAddress {
	layer: number;
	neuron: number;
}

/** Where the parameters of one layer are in the flat vector: offsets of its weights and biases, and its sizes. */
export interface LayerLayout {
	weights: number;
	biases: number;
	inputs: number;
	neurons: number;
}

/** Where an array of parameters of another kind of layer than dense is in the flat vector. */
export interface ArrayLayout {
	/** The layer of neurons that it belongs to, from 1. */
	layer: number;
	kind: "batch_norm" | "layer_norm" | "residual";
	name: "scale" | "shift" | "projection";
	start: number;
	shape: number[];
}

/** A layer whose values frames show for an image; of dense layers each neuron is a channel of 1x1. */
export interface MapLayout {
	/** The number of its column: 0 is the input. */
	layer: number;
	kind: "input" | "conv" | "dense" | "max_pool" | "average_pool" | "output";
	channels: number;
	height: number;
	width: number;
	/** Height and width of the window of a convolution or pooling layer. */
	size: number | null;
	/** Of a convolution: how many channels each of its filters has. */
	filters: number | null;
}

/** The `state` message: a session without its numbers. */
export interface ServerState {
	type: "state";
	revision: number;
	config: Config;
	playing: boolean;
	/** Epochs a second; null: as fast as possible. */
	speed: number | null;
	/** Neurons of each layer, inputs first and output last, such as [2, 4, 2, 1]. */
	shape: number[];
	/** How many weights and biases there are. */
	parameters: number;
	/** One entry for each layer after the inputs. */
	layout: LayerLayout[];
	/** Where the parameters of other kinds of layers are in the flat vector. */
	arrays: ArrayLayout[];
	watch: { layer: number; neuron: number | null };
	divergence: Divergence | null;
	/** Whether the points were given by a program, not drawn as the config says. */
	custom_data: boolean;
	/** What frames show of a network for images; null for other networks. */
	images: { layers: MapLayout[] } | null;
	/** The epoch at whose end it pauses while it plays; null: none. */
	until_epoch: number | null;
	/** The losses and accuracies at which playing pauses. */
	until: import("../net/types.d.ts").StopConditions | null;
	/** The epoch that frames look back to; null: the present. */
	shown_epoch: number | null;
	/** The rival in a race; null: there is none. */
	rival: import("../net/types.d.ts").RivalState | null;
}

/** The settings and how the training runs, as the server has them or as requested. */
export interface Requested extends Config {
	playing: boolean;
	speed: number | null;
}

/** Where and why a training diverged. */
export interface Divergence {
	epoch: number;
	batch: number;
	cause: "loss" | "parameters";
}

/** The `error` message. */
export interface ServerError {
	type: "error";
	code: string;
	/** The same in English; where something is locked, the reason in the words of whoever locked it. */
	message?: string;
	field?: string;
	value?: unknown;
	expected?: string;
	/** Why layers do not fit. */
	reason?: MisfitReason | null;
}

/** Why the server refuses layers: `images.misfit.CODE` says it with the other values. */
export interface MisfitReason {
	code: string;
	/** The number of the layer that does not fit, and its kind; none: all layers together. */
	layer?: number;
	kind?: string;
	[value: string]: string | number | undefined;
}

export interface Display {
	showTrain: boolean;
	showTest: boolean;
	discretize: boolean;
	decisionLine: boolean;
	logScale: boolean;
}

/** The newest of each part but the history. */
type Newest = { [Part in Exclude<keyof Parts, "history" | "rivalHistory">]: Parts[Part] | null };

/** The newest of everything that frames bring; null before the first. */
export interface FrameState extends Newest {
	frame: Frame | null;
	history: { points: HistoryPoint[] };
	rivalHistory: { points: HistoryPoint[] };
}

/** All that the views draw. */
export interface PageState extends FrameState {
	status: "connecting" | "open" | "reconnecting" | "full";
	server: ServerState | null;
	/** What a new session starts from: used while `server` is null. */
	start: { config: Partial<Config>; speed?: number | null; race?: Partial<Config> | null };
	display: Display;
	/** Names of the controls that the opened link hides. */
	hidden: Set<string>;
	hideText: boolean;
	/** Whether the page shows the playground alone, for a frame. */
	embed: boolean;
	/** What the link made by the share dialog hides. */
	shared: { hidden: Set<string>; hideText: boolean };
	/** The dataset last used with each problem type that is not chosen now. */
	otherDatasets: Record<string, string>;
	colors: Colors;
	/** Whether the training may only be watched. */
	isWatchOnly: boolean;
	/** The server's latest measurements inside of the network; null: none. */
	report: LayerReport | null;
	/** The server's latest measurement of the network's quality; null: none. */
	quality: QualityReport | null;
	/** The latest inspected step of training with a point; null: none. */
	step: StepReport | null;
	/** The latest step with a point that training has taken; kept apart, as another report may come before it is drawn. */
	appliedStep: StepReport | null;
	/** The lesson that is open, and its step. */
	lesson: { name: string; step: number } | null;
	/** The epochs whose networks the server has stored, as of its latest answer. */
	moments: import("../net/types.d.ts").StoredEpochs | null;
	/** The server's latest answer about a lesson's checks. */
	lessonReport: LessonReport | null;
	/** The epoch at whose end playing pauses; null: none. */
	stopAt: number | null;
	/** The loss or accuracy at which playing pauses. */
	stopWhen: StopWhen | null;
	/** Whether a hint points at the play button. */
	showsPlayHint: boolean;
	/** The node that is shown large instead of the output. */
	watched: NodeAddress | null;
	/** Points that are being drawn and that the server does not have yet. */
	drawn: number[][] | null;
	/** What can be undone and redone next; null: nothing. */
	changes: { undo: Change | null; redo: Change | null };
}

/** A change of the lab that can be undone: of settings, or of one edited weight or bias. */
export interface Change {
	/** The settings that a person changed, separated by commas; or the weight, as JSON. */
	subject: string;
	/** The weight (with `source`) or the bias; else settings were changed. */
	edit?: NodeAddress & { source?: number };
	/** The number of the gesture that requested it; NaN once it was undone or redone. */
	gesture: number;
	/** The values before and after; of a weight, as `value`. */
	before: Record<string, unknown>;
	after: Record<string, unknown>;
}

export interface Store {
	get(): PageState;
	set(partial: Partial<PageState>): void;
	subscribe(listener: (state: PageState, before: PageState) => void): () => void;
}
