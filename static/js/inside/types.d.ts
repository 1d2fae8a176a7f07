/** Types of the panel that shows the inside of the network. Only the type checker reads this file; the page does not load it. */

import type { InspectedLayer, PointToShow } from "../net/types.d.ts";
import type { PageState } from "../state/types.d.ts";
import type { InsideOptions } from "../views/types.d.ts";

/** A part of the panel, which shows one part at a time. */
export interface InsidePart {
	element: HTMLElement;
	/** Called when it becomes visible; `subject` is what it is asked to show. */
	show: (subject?: unknown) => void;
	/** Called when it is no longer visible. */
	hide: () => void;
	/** Called while it is visible. */
	update: (model: PageState) => void;
}

/** What a part needs of the page. */
export interface InsideTools extends InsideOptions {
	/** Open the part that explains a training step with one point. */
	inspectPoint: (point: PointToShow) => void;
}

/** A layer of neurons, with the steps of the computation that belong to it. */
export interface WalkLayer {
	/** From 1; the last is the output. */
	number: number;
	/** The index of its first layer in the chain. */
	first: number;
	chain: (InspectedLayer & { index: number })[];
	neurons: number;
	/** Pixels of a neuron's map; 1 for a neuron that has none. */
	positions: number;
}

/** One step of the computation for a neuron; `from` and `at` are the indices of its value before and after the step. */
export interface PathStep {
	layer: InspectedLayer & { index: number };
	from: number;
	at: number;
}

/** A station of the walk through a step; those of the loss and of the update belong to no neuron. */
export interface Station {
	phase: "forward" | "loss" | "backward" | "update" | "apply";
	layer: number;
	neuron: number | null;
}
