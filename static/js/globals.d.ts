/**
 * The types that many modules use, by name and without an import: comments count in the page's weight, this file does not.
 * Each is described in the types.d.ts of its folder.
 */

type Message = import("./net/types.d.ts").Message;
type Frame = import("./net/types.d.ts").Frame;
type Section = import("./net/types.d.ts").Section;
type Grids = import("./net/types.d.ts").Grids;
type Fine = import("./net/types.d.ts").Fine;
type Classes = import("./net/types.d.ts").Classes;
type HistoryPoint = import("./net/types.d.ts").HistoryPoint;
type Probe = import("./net/types.d.ts").Probe;

type Config = import("./settings/types.d.ts").Config;
type Catalogue = import("./settings/types.d.ts").Catalogue;
type Setting = import("./settings/types.d.ts").Setting;
type Point = import("./settings/types.d.ts").Point;

type ServerState = import("./state/types.d.ts").ServerState;
type LayerLayout = import("./state/types.d.ts").LayerLayout;
type NodeAddress = import("./state/types.d.ts").NodeAddress;
type Display = import("./state/types.d.ts").Display;
type FrameState = import("./state/types.d.ts").FrameState;
type PageState = import("./state/types.d.ts").PageState;
type Store = import("./state/types.d.ts").Store;

type I18n = import("./ui/i18n.js").I18n;
type Colors = import("./ui/types.d.ts").Colors;
type ColorMap = import("./ui/color.js").ColorMap;
type Place = import("./ui/types.d.ts").Place;

/** The page's state once the server's is known, which is when views draw. */
type ReadyPage = PageState & { server: ServerState };
