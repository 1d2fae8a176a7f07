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
	history: { replace: boolean; points: HistoryPoint[] };
	points: Points;
	/** All inputs, in the catalogue's order. */
	inputs: Grids;
	probe: Probe;
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

/** What a page tells of its connection; see net/diagnosis.js. */
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

/** The server knows the session; `resumed`: it was there before. */
interface Welcome {
	type: "welcome";
	session: string;
	resumed: boolean;
	/** The id that only looks, for links to hand out. */
	view: string;
	/** Whether changes are accepted from this page. */
	may_change: boolean;
}

/** The server stops. */
interface Closing {
	type: "closing";
}

/** What the server says on a training's socket. */
export type ServerMessage = Welcome | Closing | ServerState | ServerError;

/** `Received` are the control messages that the server sends on this socket. */
export interface ConnectionOptions<Received> {
	/** Of the websocket. */
	url: string;
	/** The socket is open: say which session this is, with `sendNow`. */
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
export type SayOpen = (
	fields?: {
		session?: string | null;
		config?: object | null;
		packing?: boolean;
		speed?: number | null;
		copy_of?: string;
		resume_only?: boolean;
	},
) => Message;
