/** Types of links. Only the type checker reads this file; the page does not load it. */

import type { Config } from "../settings/types.d.ts";
import type { Display } from "../state/types.d.ts";

/** A part of the hash that cannot be used. */
export interface HashProblem {
	key: string;
	value: string;
	/** It can be read, but would leave the network without inputs, names a dataset of another problem, or points that are not there. */
	kind?: "noInputs" | "otherProblem" | "noPoints";
	/** For a dataset of another problem: the parts of a link that select it. */
	link?: string;
	problem?: string;
}

/** What a hash holds. */
export interface ParsedHash {
	/** The settings that it names; all others have the same defaults here as in TensorFlow Playground. */
	config: Partial<Config>;
	display: Display;
	/** Epochs per second; null: as fast as possible; undefined: not named. */
	speed?: number | null;
	/** The epoch at whose end playing pauses; null: none. */
	stopAt: number | null;
	stopWhen: StopWhen | null;
	/** Names of the controls to hide. */
	hidden: Set<string>;
	hideText: boolean;
	/** Whether the page shows the playground alone, for a frame. */
	embed: boolean;
	/** The datasets of the problem types that are not chosen. */
	otherDatasets: Record<string, string>;
	problems: HashProblem[];
}

/** What a hash is written from; it leaves out what is missing. */
export interface HashState {
	config: Partial<Config>;
	display: Display;
	speed?: number | null;
	stopAt?: number | null;
	stopWhen?: StopWhen | null;
	/** The lesson that is open, and its step. */
	lesson?: { name: string; step: number } | null;
	hidden?: Iterable<string>;
	hideText?: boolean;
	embed?: boolean;
	otherDatasets?: Record<string, string>;
}
