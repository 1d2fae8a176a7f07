/** Types of the panel that shows the inside of the network. Only the type checker reads this file; the page does not load it. */

import type { InspectedLayer, PointToShow } from "../net/types.d.ts";
import type { PageState } from "../state/types.d.ts";
import type { InsideOptions } from "../views/types.d.ts";

/** A part of the panel: of several, one is shown at a time. */
export interface InsidePart {
	element: HTMLElement;
	/** It becomes visible; `subject` is what it is to show. */
	show: (subject?: unknown) => void;
	/** It is not visible any longer. */
	hide: () => void;
	/** Called while it is visible. */
	update: (model: PageState) => void;
}

/** What a part needs of the page. */
export interface InsideTools extends InsideOptions {
	/** Open the part that takes a step with one point apart. */
	inspectPoint: (point: PointToShow) => void;
}

/** A layer of neurons, with its layers of the chain. */
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

/** One step of the computation for a neuron: the places of its value before and after. */
export interface PathStep {
	layer: InspectedLayer & { index: number };
	from: number;
	at: number;
}

/** Where one can stop on the way; the loss and the step belong to no neuron. */
export interface Station {
	phase: "forward" | "loss" | "backward" | "update" | "apply";
	layer: number;
	neuron: number | null;
}
