/**
 * The types that many modules use, by name and without an import: comments count in the page's weight, this file does not.
 * Each is described in the types.d.ts of its folder.
 */

type Message = import("./net/types.d.ts").Message;
type Frame = import("./net/types.d.ts").Frame;
type Section = import("./net/types.d.ts").Section;
type Grids = import("./net/types.d.ts").Grids;
type Detail = import("./net/types.d.ts").Detail;
type DecisionLine = import("./net/types.d.ts").DecisionLine;
type Classes = import("./net/types.d.ts").Classes;
type HistoryPoint = import("./net/types.d.ts").HistoryPoint;
type ConnectionStatus = import("./net/types.d.ts").ConnectionStatus;
type ConnectionKind = import("./net/types.d.ts").ConnectionKind;
type ConnectionOptions<Received> = import("./net/types.d.ts").ConnectionOptions<Received>;
type InboxOptions = import("./net/types.d.ts").InboxOptions;
type ServerMessage = import("./net/types.d.ts").ServerMessage;
type Socket = import("./net/types.d.ts").Socket;
type Timers = import("./net/types.d.ts").Timers;
type Probe = import("./net/types.d.ts").Probe;

type Config = import("./settings/types.d.ts").Config;
type Catalogue = import("./settings/types.d.ts").Catalogue;
type Bounds = import("./settings/types.d.ts").Bounds;
type Setting = import("./settings/types.d.ts").Setting;
type SettingOf<Kind extends import("./settings/types.d.ts").SettingKind> = import("./settings/types.d.ts").SettingOf<Kind>;
type MakeSetting = import("./settings/types.d.ts").MakeSetting;
type Point = import("./settings/types.d.ts").Point;

type ServerState = import("./state/types.d.ts").ServerState;
type Divergence = import("./state/types.d.ts").Divergence;
type ServerError = import("./state/types.d.ts").ServerError;
type LayerLayout = import("./state/types.d.ts").LayerLayout;
type NodeAddress = import("./state/types.d.ts").NodeAddress;
type Display = import("./state/types.d.ts").Display;
type FrameState = import("./state/types.d.ts").FrameState;
type PageState = import("./state/types.d.ts").PageState;
type Store = import("./state/types.d.ts").Store;
type Change = import("./state/types.d.ts").Change;
type Links = import("./views/types.d.ts").Links;
type SharedTraining = import("./views/types.d.ts").SharedTraining;
type Requested = import("./state/types.d.ts").Requested;
type ParsedHash = import("./link/types.d.ts").ParsedHash;
type HashState = import("./link/types.d.ts").HashState;
type HashProblem = import("./link/types.d.ts").HashProblem;
/** What actions need of the page; `say` shows the text of a key, `refuse` that one may only watch. */
type ActionTools = {
	store: Store;
	send: (message: Message) => void;
	catalogue: Catalogue;
	say: (kind: string, key: string) => void;
	refuse: () => void;
};
/** Send a request, and count on its changes until the server confirms it. */
type Ask = (changes: Partial<Requested>, request: Message, before?: Requested | null) => void;
type Configure = (changes: Partial<Requested>) => void;
type Actions = ReturnType<typeof import("./app/actions.js").createActions>;

type I18n = import("./ui/i18n.js").I18n;
type Colors = import("./ui/types.d.ts").Colors;
type Inks = import("./ui/types.d.ts").Inks;
type ColorMap = import("./ui/types.d.ts").ColorMap;
type Messages = ReturnType<typeof import("./ui/messages.js").createMessages>;
type NodeScale = import("./views/types.d.ts").NodeScale;
type Lazy<View> = import("./ui/types.d.ts").Lazy<View>;
type ModelOf<View> = import("./ui/types.d.ts").ModelOf<View>;
type Place = import("./ui/types.d.ts").Place;
type Scale = import("./ui/types.d.ts").Scale;
type ComboOptions = import("./ui/types.d.ts").ComboOptions;
type SliderOptions = import("./ui/types.d.ts").SliderOptions;
/** What of a key press decides about its action. */
type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "target">;

/** The page's state once the server's is known, which is when views draw. */
type ReadyPage = PageState & { server: ServerState };

type PlanePoint = import("./views/types.d.ts").PlanePoint;
type Link = import("./views/types.d.ts").Link;
type Pointed = import("./views/types.d.ts").Pointed;
type Arc = import("./views/types.d.ts").Arc;
type ConnectionsOptions = import("./views/types.d.ts").ConnectionsOptions;
type Layout = import("./views/types.d.ts").Layout;
type NetworkNode = import("./views/types.d.ts").Node;
type EditorSubject = import("./views/types.d.ts").EditorSubject;
type SettingsOptions = import("./views/types.d.ts").SettingsOptions;
type ControlTools = import("./views/types.d.ts").ControlTools;
type Control = import("./views/types.d.ts").Control;
type DataOptions = import("./views/types.d.ts").DataOptions;
type NetworkOptions = import("./views/types.d.ts").NetworkOptions;
type NodesOptions = import("./views/types.d.ts").NodesOptions;
type PointStyle = import("./views/types.d.ts").PointStyle;
type ChartAxes = import("./views/types.d.ts").ChartAxes;
type LinkStroke = import("./views/types.d.ts").LinkStroke;
type LinkMotion = import("./views/types.d.ts").LinkMotion;
type LegendOptions = import("./views/types.d.ts").LegendOptions;
type LayerControl = import("./views/types.d.ts").LayerControl;
type DatasetPicture = import("./views/types.d.ts").DatasetPicture;
type PictureBox = import("./views/types.d.ts").PictureBox;
type PictureOptions = import("./views/types.d.ts").PictureOptions;
type DrawingOptions = import("./views/types.d.ts").DrawingOptions;
type FigureTools = import("./views/types.d.ts").FigureTools;
type Experiment = import("./views/types.d.ts").Experiment;
type LessonOptions = import("./views/types.d.ts").LessonOptions;
type EditorOptions = import("./views/types.d.ts").EditorOptions;
type ShareOptions = import("./views/types.d.ts").ShareOptions;
type LoadLater = import("./views/types.d.ts").LoadLater;
type OpenEditor = Parameters<import("./views/editor.js").Editor["open"]>;
type ViewTools = import("./views/types.d.ts").ViewTools;
type PlaygroundOptions = import("./views/types.d.ts").PlaygroundOptions;

type Numbers = import("./ui/types.d.ts").Numbers;
type Format = import("./ui/types.d.ts").Format;
type MakeElement = import("./ui/types.d.ts").MakeElement;

type ClassColors = import("./ui/types.d.ts").ClassColors;
type Words = import("./ui/types.d.ts").Words;
type I18nOptions = import("./ui/types.d.ts").I18nOptions;
type MessageOptions = import("./ui/types.d.ts").MessageOptions;
type ShownMessage = import("./ui/types.d.ts").ShownMessage;
type SayOpen = import("./net/types.d.ts").SayOpen;
type Arrange = import("./views/types.d.ts").Arrange;
type LayersOptions = import("./views/types.d.ts").LayersOptions;
type WeightEdit = import("./views/types.d.ts").WeightEdit;
type BiasEdit = import("./views/types.d.ts").BiasEdit;

/** What the address bar needs; `onKept` gets each hash that is written. */
type AddressOptions = { store: Store; catalogue: Catalogue; publicUrl?: string | null; onKept: (hash: string) => void };
