/** The types of the classroom's data, by name and without an import. Each is described in shared/types.d.ts. */

type BuiltinTask = import("./shared/types.d.ts").BuiltinTask;
type CurvePoint = import("./shared/types.d.ts").CurvePoint;
type FreshRuns = import("./shared/types.d.ts").FreshRuns;
type Goal = import("./shared/types.d.ts").Goal;
type GoalKind = import("./shared/types.d.ts").GoalKind;
type GoalName = import("./shared/types.d.ts").GoalName;
type GoalPart = import("./shared/types.d.ts").GoalPart;
type HandIn = import("./shared/types.d.ts").HandIn;
type Learner = import("./shared/types.d.ts").Learner;
type NewRoom = import("./shared/types.d.ts").NewRoom;
type Order = import("./shared/types.d.ts").Order;
type OwnRank = import("./shared/types.d.ts").OwnRank;
type OwnSeat = import("./shared/types.d.ts").OwnSeat;
type Progress = import("./shared/types.d.ts").Progress;
type Room = import("./shared/types.d.ts").Room;
type RoomView = import("./shared/types.d.ts").RoomView;
type Seat = import("./shared/types.d.ts").Seat;
type Start = import("./shared/types.d.ts").Start;
type Summary = import("./shared/types.d.ts").Summary;
type Task = import("./shared/types.d.ts").Task;
type TeacherTools = import("./shared/types.d.ts").TeacherTools;
type ValueControl = import("./shared/types.d.ts").ValueControl;
type WallPicture = import("./shared/types.d.ts").WallPicture;
type WallUpdate = import("./shared/types.d.ts").WallUpdate;
type Wanted = import("./shared/types.d.ts").Wanted;
type WatchedTraining = import("./shared/types.d.ts").WatchedTraining;
