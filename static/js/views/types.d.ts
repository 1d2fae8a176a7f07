/** Types of the views. Only the type checker reads this file; the page does not load it. */

import type { Catalogue, Config } from "../settings/types.d.ts";
import type { NodeAddress, PageState, Requested } from "../state/types.d.ts";
import type { I18n } from "../ui/i18n.js";
import type { Grids } from "../net/types.d.ts";
import type { ClassColors, ColorMap, Colors, Lazy, Place } from "../ui/types.d.ts";

/** A part of the page that draws some of the page's state. */
export interface View {
	update(state: PageState): void;
}

/** A point of the plane. */
export interface PlanePoint {
	x1: number;
	x2: number;
}

/** A link of the network. */
export interface Link {
	/** The layer in which it ends; 1 is the first after the inputs. */
	layer: number;
	/** The node in which it starts; an input counts among those in use. */
	source: number;
	neuron: number;
	from: Place;
	to: Place;
	/** Of its weight, in the flat vector of parameters. */
	index: number;
}

/** What the pointer is over. */
export type Pointed = { bias: NodeAddress } | { link: Link; at: Place } | { textFor: (page: ReadyPage) => string; at: Place };

/** A residual connection: from the values of a layer to those of a later one, 0 for the inputs. */
export interface Arc {
	from: number;
	to: number;
	/** How far below the network it runs, so that arcs do not cover each other. */
	level: number;
}

export interface ConnectionsOptions {
	i18n: I18n;
	features: string[];
	onPoint: (pointed: Pointed | null) => void;
}

/** Where the nodes of the network are, in pixels. */
export interface Layout {
	columns: number[];
	rows: (layer: number, neuron: number) => number;
	width: number;
	height: number;
	/** The side of a neuron's picture. */
	node: number;
	/** The side of a node's picture in each layer, inputs first. */
	sizes: number[];
	place: (layer: number, neuron: number) => Place;
}

/** What the editor shows: a weight, a neuron with its weights, or its bias only. */
export interface EditorSubject {
	layer: number;
	neuron: number;
	source?: number;
	only?: boolean;
}

interface Basics {
	i18n: I18n;
	catalogue: Catalogue;
}

export interface SettingsOptions extends Basics {
	/** The name of each input in links, by which it can be hidden. */
	hide: Record<string, string>;
	/** The settings, with changes that the server has not confirmed yet. */
	present: () => Requested | null;
	onChange: (changes: Record<string, unknown>) => void;
	onToggleFeature: (name: string) => void;
	onSpeed: (speed: number | null) => void;
	onValid: () => void;
	/** Pause when this epoch is finished; null: never. */
	onStopAt: (epoch: number | null) => void;
	onStopWhen: (when: StopWhen | null) => void;
	/** Called when a setting is changed that has no effect now, with the reason; "" when one is changed that has an effect. */
	onIdle: (text: string) => void;
	/** Called with a text that is no value of a setting, and what is expected instead. */
	onInvalid: (text: string, expected?: string) => void;
}

/** What the controls of the advanced panel need. */
export interface ControlTools extends SettingsOptions {
	bounds: ReturnType<typeof import("../settings/bounds.js").createBounds>;
}

/** The control of a setting, and how it shows the setting's value. */
export interface Control {
	control: HTMLElement;
	update: (config: Config) => void;
}

export interface DataOptions extends Basics {
	/** Points of each dataset, base64. */
	samples: Record<string, string>;
	/** The settings, with changes that the server has not confirmed yet. */
	present: () => Config | null;
	onChange: (changes: Record<string, unknown>) => void;
	/** Called when a field has a valid value again. */
	onValid: () => void;
	onInvalid: (text: string, expected?: string) => void;
	onRegenerate: () => void;
}

/** What the colours of a node's picture stand for. */
export interface NodeScale {
	/** The numbers at its ends. */
	low: number;
	high: number;
	/** Whether numbers beyond an end occur, which have its colour. */
	beyondLow: boolean;
	beyondHigh: boolean;
	/** The node's value on the decision line; null: it has none. */
	line: number | null;
	/** Whether grey is the middle of the two ends, not 0. */
	centred?: boolean;
}

export interface NetworkOptions extends Basics {
	hide: Record<string, string>;
	onWatch: (node: NodeAddress | null) => void;
	onToggleFeature: (name: string) => void;
	onNeurons: (layer: number, change: 1 | -1) => void;
	onOpenNeuron: (node: NodeAddress, button: HTMLElement) => void;
	onOpenWeight: (link: Link) => void;
	onOpenBias: (node: NodeAddress, button: HTMLElement) => void;
}

export interface NodesOptions {
	i18n: I18n;
	features: string[];
	hide: Record<string, string>;
	onWatch: (node: NodeAddress | null) => void;
	onToggle: (name: string) => void;
	onOpen: (node: NodeAddress, button: HTMLElement) => void;
	onBias: (node: NodeAddress, button: HTMLElement) => void;
	onPoint: (pointed: Pointed | null) => void;
}

export interface PictureOptions extends Basics {
	/** Names the node that is shown instead of the output. */
	watching: HTMLElement;
	onProbe: (place: PlanePoint | null) => void;
	onWatch: (node: NodeAddress | null) => void;
}

/** A request to sample `count` points of each class from the density of the given ones; `width` of the kernel, null: chosen by the server. */
export interface DensityOrder {
	config: Pick<Config, "problem" | "classes" | "points">;
	count: number;
	width: number | null;
	seed: number;
}

export type DrawMore = (order: DensityOrder) => Promise<number[][]>;

export interface DrawingOptions {
	i18n: I18n;
	picture: { frame: HTMLElement; place: () => PlanePoint | null };
	onDraw: (points: number[][]) => void;
	/** Have the server sample more points like the present ones. */
	onMore: DrawMore;
	/** The key of the text that says what is wrong. */
	onInvalid: (key: string) => void;
}

export interface EditorOptions extends Basics {
	onWeight: (edit: WeightEdit) => void;
	onBias: (edit: BiasEdit) => void;
	onClose: () => void;
	onInvalid: (text: string) => void;
}

/** A link; `days`: how long the server stores its points without use; null: the link contains its points. */
export interface ShortLink {
	href: string;
	days: number | null;
}

/** Links for others, with an address that they can reach. */
export interface Links {
	/** To the settings; with `embed`, the playground alone, for a frame. */
	setup: (options?: { embed?: boolean }) => string;
	/** A link that is short enough to be shared: the server keeps many points. */
	short: (href: string) => Promise<ShortLink>;
	/** How many digits drawn by hand the settings have. */
	drawings: () => number;
	/** To a page or a resource of the server, such as `api/sessions`. */
	to: (path: string) => string;
}

/** What the share dialog needs of the training that the page shows. */
export interface SharedTraining {
	/** Its id, by which it may be changed; null: it may only be watched. */
	session: string | null;
	/** The id with which it can only be watched. */
	view: string;
	/** In a room: the key that a program needs to change it. */
	key: string;
}

/** The HTML of the article's page, with these further parts of its query. */
export type FetchArticle = (query: string) => Promise<string>;

export interface ArticleOptions {
	fetchArticle: FetchArticle;
	/** Whether the article leads to lessons: in a room the teacher gives them. */
	hasLessons: boolean;
}

export interface ShareOptions {
	i18n: I18n;
	/** The name of each input in links, and its text. */
	featureChoices: string[][];
	links: Links;
	onHide: (name: string, hidden: boolean) => void;
	onHideText: (hidden: boolean) => void;
	/** Called to open the dialog that saves, opens and exports. */
	onModels: (training: SharedTraining) => void;
	/** The sites that may show the page in a frame. */
	frameSites: string[];
}

export interface PlaygroundOptions extends Basics {
	samples: Record<string, string>;
	actions: ReturnType<typeof import("../app/actions.js").createActions>;
	/** Returns the ids and the key with which others reach the training of the page. */
	training: () => SharedTraining;
	/** The keys that have an effect. */
	shortcuts: () => { shown: string; words: string }[];
	/** The name of each input in links. */
	featureKeys: Record<string, string>;
	notify: (kind: string, text: string) => void;
	removeMessage: (kind: string) => void;
	links: Links;
	onShareHide: (name: string, hidden: boolean) => void;
	fetchArticle: FetchArticle;
	onShareHideText: (hidden: boolean) => void;
	/** The sites that may show the page in a frame. */
	frameSites: string[];
	/** Open a copy of the watched training. */
	onOpenCopy: () => void;
	/** Ask the server what happens in each layer; its answer is the model's `report`. */
	onMeasure: () => void;
	/** Ask the server how good the network is on both sets; its answer is the model's `quality`. */
	onMeasureQuality: () => void;
	/** Ask the server for a step of training with a point; its answer is the model's `step`. */
	onInspect: (point: PointToShow) => void;
	/** Have the server sample more points like the present ones. */
	onDrawMore: DrawMore;
	/** Have the server read a table. */
	onReadTable: import("../tables/types.d.ts").TableOptions["onRead"];
	/** Called when something is pressed that would change a training that may only be watched. */
	onRefused: () => void;
}

/** The panel that shows the inside of the network. */
export interface InsideOptions extends Basics {
	/** The button that opens it. */
	opener: HTMLElement;
	/** Called when it opens, so that what is in its place closes. */
	onOpen: () => void;
	onMeasure: () => void;
	/** Ask the server how good the network is on both sets; its answer is the model's `quality`. */
	onMeasureQuality: () => void;
	/** Restart with other settings, and train. */
	onTry: (remedy: Partial<Config>) => void;
	/** Ask the server for a step of training with a point; its answer is the model's `step`. */
	onInspect: (point: PointToShow) => void;
	/** Have training take that step. */
	onApply: (point: PointToShow) => void;
	/** Show a digit of a set. */
	onShowImage: (image: { set: "train" | "test"; index: number }) => void;
}

/** Return a view whose module is loaded on first use. */
export type CreateLazyView = <Module, View extends object>(
	load: () => Promise<Module>,
	create: (module: Module) => View | Promise<View>,
) => Lazy<View>;

/** A node of the network as elements of the page. */
export interface Node {
	layer: number;
	neuron: number;
	button: HTMLElement;
	bias?: HTMLElement;
	/** The colour that its bias has now. */
	biasColour?: string;
	chip?: HTMLElement;
}

/** How points are drawn on a square of `size` pixels. */
export interface PointStyle {
	size: number;
	radius: number;
	/** The colour of a target, and of the ring around it. */
	fill: (target: number) => string;
	edge?: string | ((target: number) => string);
	alpha?: (target: number) => number;
}

/** The axes of the loss chart, in pixels. */
export interface ChartAxes {
	ticks: number[];
	y: (loss: number) => number;
	/** First and last epoch. */
	domain: [number, number];
	right: number;
	height: number;
	/** Where the last epoch's number ends, left of the handle. */
	free: number;
}

/** The pixels of a link, the nearest to its middle first. */
export interface LinkStroke {
	/** Each pixel's place in the board's image. */
	at: Uint32Array;
	/** How far it is from the link's middle, in 16ths of a pixel. */
	away: Uint8Array;
	/** How far along a dash with its gap, in 256ths. */
	phase: Uint8Array;
	/** How far from the middle there are pixels. */
	reach: number;
}

/** The context of the board's canvas, on the page or in a worker. */
export type BoardContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** The board in CSS pixels, of which each is `ratio` pixels of the screen wide. */
export interface BoardSize {
	width: number;
	height: number;
	ratio: number;
}

/** Where links and nodes are. */
export interface BoardLayout {
	links: Link[];
	boxes: PictureBox[];
	/** How many nodes there are, if they are others than before. */
	nodes: { inputs: number; neurons: number } | null;
}

/** The colours of a theme, as they can be sent to a worker. */
export interface BoardTheme {
	name: "light" | "dark";
	/** The page's colour, as a pixel. */
	ground: number;
	zero: string;
	ink: string;
}

export interface BoardColors extends BoardTheme {
	map: ColorMap;
	classes: ClassColors;
}

/** The picture of a neuron: its place among those of a frame, and the class whose probability it shows, null: it shows none. */
export interface NodePicture {
	place: number;
	shownClass: number | null;
}

/** What has changed on the board; parts that are left out are unchanged. */
export interface BoardChange {
	size: BoardSize;
	layout?: BoardLayout;
	theme?: BoardTheme;
	neurons?: NodePicture[];
	inputs?: Grids;
	preview?: Grids;
	parameters?: Float32Array;
	discretize: boolean;
	motion: LinkMotion;
}

/** Where a node's picture is on the board, in CSS pixels, and on which sheet of pictures it is painted. */
export interface PictureBox {
	x: number;
	y: number;
	size: number;
	sheet: "inputs" | "neurons";
	index: number;
	/** Whether it is an input that is not in use. */
	off: boolean;
}

/** What changes how links are drawn; `now` in milliseconds. */
export interface LinkMotion {
	flowing: boolean;
	marked: Link | null;
	now: number;
}

export interface LegendOptions {
	i18n: I18n;
	catalogue: Catalogue;
	onWatch: (node: NodeAddress | null) => void;
}

/** The controls above a hidden layer. */
export interface LayerControl {
	element: HTMLElement;
	count: HTMLElement;
	fewer: HTMLButtonElement;
	more: HTMLButtonElement;
}

/** A dataset, as a button with a picture; `drawn`: what the picture shows. */
export interface DatasetPicture {
	name: string;
	problems: string[];
	button: HTMLElement;
	canvas: HTMLCanvasElement;
	points: Float32Array;
	drawn: { points: ArrayLike<unknown>; colors: Colors } | null;
}

/** What the views of the playground share. */
export interface ViewTools {
	/** Show a node in the large picture; null: the output. */
	watch: (node: NodeAddress | null) => void;
	/** Tell the visitor that a text is no value, and what is expected. */
	reportInvalid: (text: string, expected?: string) => void;
	createLazyView: CreateLazyView;
}

/**
 * Lay out a network: neurons of each hidden layer, how many inputs are drawn (chosen or not), and the space; `wide` asks for columns
 * that a finger can press.
 */
export type Arrange = (
	hidden: number[],
	inputs: number,
	space: { width: number; height: number; wide: boolean },
	rest?: { outputs?: number; longNames?: boolean },
) => Layout;

export interface LayersOptions {
	i18n: I18n;
	/** How many neurons a layer can have. */
	bounds: { minimum: number; maximum: number };
	onNeurons: (layer: number, change: 1 | -1) => void;
}

/** Another value of a weight; `source` counts among the inputs in use. */
export interface WeightEdit extends BiasEdit {
	source: number;
}

export interface BiasEdit extends NodeAddress {
	value: number;
}
