/** Types of the building blocks of pages. Only the type checker reads this file; the page does not load it. */

import type { createClassColors, createColorMap } from "./color.js";

/** The colour map of numbers, that of classes, the pixel of the page's ground, and the colours and the typeface of the style sheet. */
export type Colors =
	& ReturnType<typeof createColorMap>
	& { classes: ReturnType<typeof createClassColors>; ground: number }
	& Inks;

/** The colours and the typeface of the style sheet. */
export type Inks = Record<
	"ink" | "quiet" | "line" | "edge" | "surface" | "zero" | "train" | "test" | "train-ring" | "test-ring" | "sans",
	string
>;

/** A place on the screen, in pixels. */
export interface Place {
	x: number;
	y: number;
}

/** What a view shows, if it has `update`. */
export type ModelOf<View> = View extends { update: (model: infer Model) => void } ? Model : unknown;

/** A view that is loaded on first use, with the newest model. */
export interface Lazy<View> {
	update: (next: ModelOf<View>) => void;
	/** Load the view if necessary, and return it; rejects if it cannot be loaded. */
	load: () => Promise<View>;
	/** Load the view if necessary, then do something with it; do nothing if it cannot be loaded. */
	use: (onPress: (view: View) => void) => Promise<void>;
}

/** Properties for `h`; all others are attributes. */
export interface Properties {
	class?: string;
	text?: string;
	style?: string;
	data?: Record<string, string | number | undefined>;
	on?: { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void };
	[attribute: string]: unknown;
}

/** Make an element with these properties and children. */
export type MakeElement = <Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	properties?: Properties,
	...children: (Node | string)[]
) => HTMLElementTagNameMap[Tag];

/** Colours of numbers from -1 to 1. */
export interface ColorMap {
	/** The pixel of each signed 8-bit value, at the value + 128. */
	table: Uint32Array;
	/** The same with two colours, by sign. */
	discretized: Uint32Array;
	/** The colour of a number, clipped at -1 and 1. */
	css: (value: number) => string;
	/** The same as a pixel. */
	pixel: (value: number) => number;
	/** Paint 8-bit values into an image; 127 stands for `scale`. */
	paint: (values: ArrayLike<number>, image: { data: Uint8ClampedArray }, discretize?: boolean, scale?: number) => void;
}

/** The part of i18n that writes numbers. */
export interface Numbers {
	number: (value: number, options?: Intl.NumberFormatOptions) => string;
}

/** Write a number, or a dash if there is none. */
export type Format = (value: number | null | undefined, numbers: Numbers) => string;

/** A scale from numbers to pixels. */
export type Scale = ((value: number) => number) & {
	invert: (place: number) => number;
	/** Round numbers for the axis, about `count` of them. */
	ticks: (count?: number) => number[];
};

export interface ComboOptions {
	/** Of the text field. */
	id: string;
	label: string;
	/** The values that the list offers. */
	values: number[];
	valid: (value: number) => boolean;
	/** Another valid value was chosen or typed. */
	onChoose: (value: number) => void;
	/** The field has a valid value again. */
	onValid: () => void;
	onInvalid: (text: string) => void;
}

export interface SliderOptions {
	/** What a screen reader says of a value. */
	spoken: (value: number) => string;
	valid: (value: number) => boolean;
	/** Another valid value was chosen or typed. */
	onChange: (value: number) => void;
	/** The number has a valid value again. */
	onValid: () => void;
	onInvalid: (text: string) => void;
}

export interface ClassColors {
	css: (index: number) => string;
	/** Black or white, readable on the class's colour. */
	ink: (index: number) => string;
	isLight: (index: number) => boolean;
	/** The colours of 2p - 1 for a probability p. */
	map: (index: number) => ColorMap;
	/** Paint cells of class << 5 | level. */
	paint: (winners: Uint8Array, image: { data: Uint8ClampedArray }, discretize?: boolean) => void;
}

/** Texts by their keys. */
export type Words = Record<string, string>;

export interface I18nOptions {
	locale: string;
	/** Those that the page needs at first. */
	words: Words;
	/** Returns all words of a language. */
	fetchWords?: (locale: string) => Promise<Words>;
}

export interface MessageOptions {
	warn?: boolean;
	brief?: boolean;
	/** For the places of a text that is given by its key. */
	places?: Record<string, string>;
	action?: { text: string; act: () => void };
}

export interface ShownMessage {
	box: HTMLElement;
	timer: number;
	text: string;
}

/** A panel beside the lab. */
export interface SidePanelOptions {
	i18n: import("./i18n.js").I18n;
	title: string;
	/** Called when it opens, so that what is in its place closes. */
	onOpen: () => void;
	/** Called when it has closed. */
	onLeave: () => void;
}

export interface ConfusionMatrixOptions {
	i18n: import("./i18n.js").I18n;
	/** Of the classes. */
	names: string[];
	/** Its label for screen readers; the text below it while no cell is pointed at; the i18n key of its help. */
	label: string;
	hint: string;
	help?: string;
	/** A cell beside the diagonal was chosen. */
	onCell: (truth: number, predicted: number) => void;
}
