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
type ScaledArrays = import("./net/types.d.ts").ScaledArrays;
type Confusion = import("./net/types.d.ts").Confusion;
type ShownImage = import("./net/types.d.ts").ShownImage;
type NewLosses = import("./net/types.d.ts").NewLosses;
type RivalState = import("./net/types.d.ts").RivalState;
type Classes = import("./net/types.d.ts").Classes;
type HistoryPoint = import("./net/types.d.ts").HistoryPoint;
type ConnectionStatus = import("./net/types.d.ts").ConnectionStatus;
type ConnectionKind = import("./net/types.d.ts").ConnectionKind;
type ConnectionOptions<Received> = import("./net/types.d.ts").ConnectionOptions<Received>;
type InboxOptions = import("./net/types.d.ts").InboxOptions;
type ServerMessage = import("./net/types.d.ts").ServerMessage;
type Socket = import("./net/types.d.ts").Socket;
type Timers = import("./net/types.d.ts").Timers;
type Histogram = import("./net/types.d.ts").Histogram;
type LayerStatistics = import("./net/types.d.ts").LayerStatistics;
type QualityReport = import("./net/types.d.ts").QualityReport;
type QualityOnSet = import("./net/types.d.ts").QualityOnSet;
type PointPrediction = import("./net/types.d.ts").PointPrediction;
type LayerReport = import("./net/types.d.ts").LayerReport;
type Explanation = import("./net/types.d.ts").Explanation;
type PointToShow = import("./net/types.d.ts").PointToShow;
type InspectedStep = import("./net/types.d.ts").InspectedStep;
type StepReport = import("./net/types.d.ts").StepReport;
type Windows = import("./net/types.d.ts").Windows;
type ModelFile = import("./models/types.d.ts").ModelFile;
type SavedModel = import("./models/types.d.ts").SavedModel;
type ModelSummary = import("./models/types.d.ts").ModelSummary;
type ModelsOptions = import("./models/types.d.ts").ModelsOptions;
type Picture = import("./models/types.d.ts").Picture;
type PictureState = import("./models/types.d.ts").PictureState;
type PrintOptions = import("./models/types.d.ts").PrintOptions;
type BoundaryData = import("./models/types.d.ts").BoundaryData;
type NetworkData = import("./models/types.d.ts").NetworkData;
type MakerOptions = import("./models/types.d.ts").MakerOptions;
type LossTable = import("./models/types.d.ts").LossTable;
type AnyRefusal = import("./models/types.d.ts").AnyRefusal;
type Fault = import("./models/types.d.ts").Fault;
type InsideTools = import("./inside/types.d.ts").InsideTools;
type InsidePart = import("./inside/types.d.ts").InsidePart;
type WalkLayer = import("./inside/types.d.ts").WalkLayer;
type PathStep = import("./inside/types.d.ts").PathStep;
type Station = import("./inside/types.d.ts").Station;
type InsideOptions = import("./views/types.d.ts").InsideOptions;
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
type MisfitReason = import("./state/types.d.ts").MisfitReason;
type MapLayout = import("./state/types.d.ts").MapLayout;
type LayerLayout = import("./state/types.d.ts").LayerLayout;
type NodeAddress = import("./state/types.d.ts").NodeAddress;
type Display = import("./state/types.d.ts").Display;
type FrameState = import("./state/types.d.ts").FrameState;
type PageState = import("./state/types.d.ts").PageState;
type Store = import("./state/types.d.ts").Store;
type Change = import("./state/types.d.ts").Change;
type Links = import("./views/types.d.ts").Links;
type ShortLink = import("./views/types.d.ts").ShortLink;
type SharedTraining = import("./views/types.d.ts").SharedTraining;
type Requested = import("./state/types.d.ts").Requested;
type ParsedHash = import("./link/types.d.ts").ParsedHash;
type HashState = import("./link/types.d.ts").HashState;
type HashProblem = import("./link/types.d.ts").HashProblem;
/** What actions need of the page; `notify` shows the text of a key, `refuse` shows that the training may only be watched, `gesture` returns the number of a person's gesture. */
type ActionTools = {
	store: Store;
	send: (message: Message) => void;
	catalogue: Catalogue;
	notify: (kind: string, key: string, options?: MessageOptions) => void;
	refuse: () => void;
	gesture: () => number;
};
/** Send a request, and show its changes until the server confirms them. */
type RequestChange = (changes: Partial<Requested>, request: Message, before?: Requested | null) => void;
type Configure = (changes: Partial<Requested>) => void;
type Actions = ReturnType<typeof import("./app/actions.js").createActions>;

type Sample = import("./descent/types.d.ts").Sample;
type Landscape = import("./descent/types.d.ts").Landscape;
type OptimizerName = import("./descent/types.d.ts").OptimizerName;
type DescentSetup = import("./descent/types.d.ts").DescentSetup;
type Descent = import("./descent/types.d.ts").Descent;
type Step = import("./descent/types.d.ts").Step;
type Outcome = import("./descent/types.d.ts").Outcome;
type DescentView = import("./descent/types.d.ts").DescentView;
type DescentPictureOptions = import("./descent/types.d.ts").DescentPictureOptions;
type RuleNumbers = import("./descent/types.d.ts").RuleNumbers;
type SetupOptions = import("./descent/types.d.ts").SetupOptions;

type StopMeasure = import("./settings/stop-measures.js").StopMeasure;
type StopWhen = import("./settings/stop-measures.js").StopWhen;
type LessonReport = import("./net/types.d.ts").LessonReport;
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
type ConfusionMatrixOptions = import("./ui/types.d.ts").ConfusionMatrixOptions;
type SidePanelOptions = import("./ui/types.d.ts").SidePanelOptions;
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
type BoardContext = import("./views/types.d.ts").BoardContext;
type BoardSize = import("./views/types.d.ts").BoardSize;
type BoardLayout = import("./views/types.d.ts").BoardLayout;
type BoardTheme = import("./views/types.d.ts").BoardTheme;
type BoardColors = import("./views/types.d.ts").BoardColors;
type BoardChange = import("./views/types.d.ts").BoardChange;
type NodePicture = import("./views/types.d.ts").NodePicture;
type PictureOptions = import("./views/types.d.ts").PictureOptions;
type DensityOrder = import("./views/types.d.ts").DensityOrder;
type DrawingOptions = import("./views/types.d.ts").DrawingOptions;
type ArticleOptions = import("./views/types.d.ts").ArticleOptions;
type EditorOptions = import("./views/types.d.ts").EditorOptions;
type ShareOptions = import("./views/types.d.ts").ShareOptions;
type CreateLazyView = import("./views/types.d.ts").CreateLazyView;
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
type MakeOpenMessage = import("./net/types.d.ts").MakeOpenMessage;
type Arrange = import("./views/types.d.ts").Arrange;
type LayersOptions = import("./views/types.d.ts").LayersOptions;
type WeightEdit = import("./views/types.d.ts").WeightEdit;
type BiasEdit = import("./views/types.d.ts").BiasEdit;

/** What the address bar needs; `onKept` gets each hash that is written. */
type AddressOptions = { store: Store; catalogue: Catalogue; publicUrl?: string | null; onKept: (hash: string) => void };

type ImageLayer = import("./images/types.d.ts").ImageLayer;
type Misfit = import("./images/types.d.ts").Misfit;
type MapShape = import("./state/types.d.ts").MapLayout;
type Maps = import("./net/types.d.ts").ScaledArrays;
type WrongImage = import("./net/types.d.ts").WrongImage;
type Tile = import("./images/types.d.ts").Tile;
type Box = import("./images/types.d.ts").Box;
type Part = import("./images/types.d.ts").Part;
type Cells = import("./images/types.d.ts").Cells;
type Column = import("./images/types.d.ts").Column;
type Choice = import("./images/types.d.ts").Choice;
type Stroke = import("./images/types.d.ts").Stroke;
type Line = import("./images/types.d.ts").Line;
type ImagePage = import("./images/types.d.ts").ImagePage;
type ImageToShow = import("./images/types.d.ts").ImageToShow;
type LabTools = import("./images/types.d.ts").LabTools;
type TableChoices = import("./tables/types.d.ts").TableChoices;
type TableHint = import("./tables/types.d.ts").TableHint;
type TablePreview = import("./tables/types.d.ts").TablePreview;
type TableFault = import("./tables/types.d.ts").TableFault;
type TableOptions = import("./tables/types.d.ts").TableOptions;
type OwnDataOptions = import("./tables/types.d.ts").OwnDataOptions;
type DataColumns = import("./settings/types.d.ts").DataColumns;
type DataColumn = import("./settings/types.d.ts").DataColumn;
type Drawing = import("./settings/types.d.ts").Drawing;
type Scores = import("./images/types.d.ts").Scores;
