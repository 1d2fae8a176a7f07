"""Schemas of the classroom's responses: rooms for their teachers, seats for their learners."""

from pydantic import BaseModel, Field, JsonValue

from server.classroom.model.leaderboard import LeaderboardOrder
from server.classroom.model.lesson_record import LessonProgress
from server.classroom.model.room import Hint, NicknameMode, Start
from server.classroom.model.task import Task
from server.goals.goals import GoalProgress

_CODE = Field(description="The code that learners type to join.", examples=["ABCDEF"])
_UNIX_TIME = "Seconds of Unix time."


class VerificationProgress(BaseModel):
    """Progress of the fresh runs of a submission."""

    done: int = Field(description="Finished runs.", examples=[3])
    of: int = Field(description="All runs.", examples=[10])


class VerificationResult(BaseModel):
    """Result of the fresh runs of a submission."""

    solved: int = Field(description="Runs that reached the goal.", examples=[8])
    of: int = Field(description="All runs.", examples=[10])


class HandInState(BaseModel):
    """An attempt, and the state of its verification."""

    at: float = Field(description=f"Time of the submission. {_UNIX_TIME}", examples=[1_760_000_000.0])
    reached: bool = Field(
        description="Whether the goal is reached; false until its fresh runs are done. Of a lesson, whether "
        "all of its checks were reached by then.",
        examples=[True],
    )
    lesson: LessonProgress | None = Field(
        None, description="How far the learner was in the lesson that is the task; null: there is none."
    )
    edited: bool = Field(description="Whether weights were set by hand.", examples=[False])
    checking: VerificationProgress | None = Field(description="Fresh runs in progress; null: none.")
    fresh: VerificationResult | None = Field(description="Result of the fresh runs; null: none, or not done.")
    rank: int | None = Field(description="Rank in the leaderboard; null: not in it.", examples=[1])
    weights: int = Field(description="Number of weights and biases.", examples=[25])
    epoch: int = Field(description="Finished epochs.", examples=[120])
    counted_epochs: int = Field(
        description="Epochs for goal and leaderboard, with those that changes of the points cut off.",
        examples=[121],
    )
    steps: int = Field(description="Mini-batches trained, since the last reset.", examples=[3000])
    points_seen: int = Field(
        description="Training points in them, each as often as it was trained with.", examples=[30_000]
    )
    test_loss: float = Field(description="The test loss.", examples=[0.02])
    score: float = Field(
        description="The score, which goal and leaderboard use: comparable whatever output and loss are.",
        examples=[0.02],
    )
    url: str | None = Field(
        None, description="The page that shows a copy of the network; only for the teacher.",
        examples=["http://localhost:8000/?session=..."],
    )  # fmt: skip


class LeaderboardEntry(BaseModel):
    """An entry of the leaderboard, as learners see it."""

    rank: int = Field(description="The rank; equal values share a rank.", examples=[1])
    nickname: str | None = Field(description="The learner's nickname; null: hidden.", examples=["Ada"])
    mine: bool = Field(description="Whether this is the caller's own entry.", examples=[False])
    value: float = Field(description="The value that is ranked.", examples=[9])


class RankedSeat(BaseModel):
    """An entry of the leaderboard, as the teacher sees it."""

    rank: int = Field(description="The rank; equal values share a rank.", examples=[1])
    seat: str = Field(description="The seat's id.", examples=["hqA2n1vT4mNs"])
    nickname: str = Field(description="The learner's nickname.", examples=["Ada"])
    value: float = Field(description="The value that is ranked.", examples=[9])


class ShownNetwork(BaseModel):
    """The network that the teacher shows to all learners."""

    nickname: str | None = Field(
        description="The learner's nickname; null in an anonymous room.", examples=["Ada"]
    )
    session_url: str = Field(
        description="The page that shows a copy of the network.",
        examples=["http://localhost:8000/?session=..."],
    )


class RoomForSeat(BaseModel):
    """A room, as its learners see it."""

    name: str = Field(description="The room's name.", examples=["7b"])
    code: str = _CODE
    paused: bool = Field(description="Whether training is paused by the teacher.", examples=[False])
    locks: list[str] = Field(description="Settings that learners cannot change.", examples=[["features"]])
    reason: str = Field(
        description="The teacher's reason for the locks.", examples=["We compare only sizes."]
    )
    joining: bool = Field(description="Whether new learners can join.", examples=[True])
    anonymous: bool = Field(description="Whether names are hidden from learners.", examples=[False])
    shown: ShownNetwork | None = Field(description="The network shown to all learners; null: none.")


class SeatState(BaseModel):
    """A seat, as its learner sees it."""

    room: RoomForSeat = Field(description="The room.")
    seat: str = Field(description="The seat's id.", examples=["hqA2n1vT4mNs"])
    nickname: str = Field(description="The learner's nickname.", examples=["Ada"])
    waiting: bool = Field(description="Whether the learner waits for approval.", examples=[False])
    session: str = Field(description="The id of the learner's session.", examples=["GyT7cLq1Yt4kO1fYbT0rVw"])
    session_key: str = Field(
        description="The key with which the learner's own programs change the session, in `X-Session-Key`.",
        examples=["5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    )
    help: bool = Field(description="Whether the learner asks for help.", examples=[False])
    done: bool = Field(description="Whether the learner is done, as reported by them.", examples=[False])
    asked: bool = Field(
        description="Whether the teacher asks for permission to change settings.", examples=[False]
    )
    agreed: bool = Field(description="Whether the learner gave that permission.", examples=[False])
    hint: Hint | None = Field(description="The teacher's latest hint; null: none, or already seen.")
    task: Task | None = Field(
        description="The task; null: none. The texts of a built-in task, and of a lesson that has it, are in "
        "the language of `Accept-Language`, if that is sent."
    )
    progress: GoalProgress | None = Field(description="Progress towards the goal; null: unknown or no goal.")
    lesson: LessonProgress | None = Field(
        None, description="What is reached in the lesson that is the task; null: there is none."
    )
    hand_in: HandInState | None = Field(description="The best attempt at the task, which counts; null: none.")
    attempts: list[HandInState] = Field(
        description="The latest attempts at the task, 20 at most, the earliest first. The results have all."
    )
    ready: bool = Field(
        description="Whether handing in now would tell anything new: the network is not handed in yet, as "
        "far as is known, or more checks of the lesson are reached.",
        examples=[True],
    )
    leaderboard: list[LeaderboardEntry] | None = Field(description="The leaderboard; null: none.")


class SeatForRoom(BaseModel):
    """A seat, as the teacher sees it."""

    seat: str = Field(description="The seat's id.", examples=["hqA2n1vT4mNs"])
    nickname: str = Field(description="The learner's nickname.", examples=["Ada"])
    waiting: bool = Field(description="Whether the learner waits for approval.", examples=[False])
    online: bool = Field(description="Whether a page of the learner is connected.", examples=[True])
    help: bool = Field(description="Whether the learner asks for help.", examples=[False])
    done: bool = Field(description="Whether the learner is done, as reported by them.", examples=[False])
    asked: bool = Field(
        description="Whether the learner is asked for permission to change settings.", examples=[False]
    )
    agreed: bool = Field(description="Whether the learner gave that permission.", examples=[False])
    paused: bool = Field(description="Whether this seat alone is paused.", examples=[False])
    joined: float = Field(description=f"Time of joining. {_UNIX_TIME}", examples=[1_760_000_000.0])
    session: str = Field(description="The id of the learner's session.", examples=["GyT7cLq1Yt4kO1fYbT0rVw"])
    idle_since: float = Field(
        description=f"Time of the last change of the training. {_UNIX_TIME}", examples=[1_760_000_000.0]
    )
    shape: list[int] = Field(description="Neurons of each layer; empty: unknown.", examples=[[2, 4, 1]])
    weights: int = Field(description="Number of weights and biases; 0: unknown.", examples=[17])
    differs: dict[str, JsonValue] = Field(
        description="Settings that differ from the start, with their values; of `drawings` their number.",
        examples=[{"learning_rate": 0.1}],
    )
    progress: GoalProgress | None = Field(description="Progress towards the goal; null: unknown or no goal.")
    lesson: LessonProgress | None = Field(
        None,
        description="What the seat has reached in the lesson that is the task, as the server verified it; "
        "null: there is none.",
    )
    hand_in: HandInState | None = Field(description="The best attempt at the task, which counts; null: none.")
    attempts: int = Field(description="Number of attempts at the task.", examples=[3])
    lesson_step: int = Field(
        description="The step of a lesson that the training is at; 0: none, or unknown.", examples=[2]
    )


class RoomState(BaseModel):
    """A room, as its teacher sees it."""

    id: str = Field(description="The room's id, for all calls about it.", examples=["xK4f0aW9s2Qe"])
    name: str = Field(description="The room's name.", examples=["7b"])
    code: str = _CODE
    join_url: str = Field(
        description="The join link, at an address that other machines can reach.",
        examples=["http://192.168.1.7:8000/join/ABCDEF"],
    )
    projector_url: str = Field(
        description="The page for the projector: it shows how to join, the leaderboard and the network that "
        "the teacher shows, and its key changes nothing.",
        examples=["http://localhost:8000/projector#xK4f0aW9s2Qe.2bHdEfGiJo5jXn0yQvT1mWcZ8kR4uLsA"],
    )
    created: float = Field(description=f"Time of creation. {_UNIX_TIME}", examples=[1_760_000_000.0])
    ends: float = Field(
        description=f"Time at which the room and everything in it is removed. {_UNIX_TIME}",
        examples=[1_760_086_400.0],
    )
    approval: bool = Field(description="Whether learners wait for approval.", examples=[False])
    nicknames: NicknameMode = Field(
        description="own: learners choose a nickname; generated: each gets a random one.", examples=["own"]
    )
    joining: bool = Field(description="Whether new learners can join.", examples=[True])
    paused: bool = Field(description="Whether training is paused by the teacher.", examples=[False])
    locks: list[str] = Field(description="Settings that learners cannot change.", examples=[["features"]])
    reason: str = Field(
        description="The teacher's reason for the locks.", examples=["We compare only sizes."]
    )
    leaderboard: LeaderboardOrder | None = Field(
        description="The value that ranks the leaderboard; null: no leaderboard.", examples=["fewest_weights"]
    )
    anonymous: bool = Field(description="Whether names are hidden from learners.", examples=[False])
    shown: str | None = Field(
        description="Id of the seat shown to all learners; null: none.", examples=["hqA2n1vT4mNs"]
    )
    start: Start = Field(description="The settings and the speed that every learner starts with.")
    task: Task | None = Field(description="The task; null: none.")
    seats: list[SeatForRoom] = Field(description="The learners, in the order of joining.")
    ranking: list[RankedSeat] | None = Field(description="The leaderboard; null: none.")
    projectors: int = Field(description="Number of projectors that show the room.", examples=[1])


class SeatForProjector(BaseModel):
    """A seat, as the projector shows it."""

    seat: str = Field(description="The seat's id.", examples=["hqA2n1vT4mNs"])
    nickname: str | None = Field(
        description="The nickname, if the learner is in the leaderboard or their network is shown, and the "
        "room is not anonymous; null: not shown.",
        examples=["Ada"],
    )
    waiting: bool = Field(description="Whether the learner waits for approval.", examples=[False])


class ProjectorRank(BaseModel):
    """An entry of the leaderboard, as the projector shows it."""

    rank: int = Field(description="The rank; equal values share a rank.", examples=[1])
    seat: str = Field(description="The seat's id.", examples=["hqA2n1vT4mNs"])
    nickname: str | None = Field(description="The nickname; null in an anonymous room.", examples=["Ada"])
    value: float = Field(description="The value that is ranked.", examples=[9])


class ProjectorState(BaseModel):
    """A room, as the projector shows it to the class."""

    id: str = Field(description="The room's id.", examples=["xK4f0aW9s2Qe"])
    name: str = Field(description="The room's name.", examples=["7b"])
    code: str = _CODE
    join_url: str = Field(
        description="The join link, at an address that other machines can reach.",
        examples=["http://192.168.1.7:8000/join/ABCDEF"],
    )
    joining: bool = Field(description="Whether new learners can join.", examples=[True])
    leaderboard: LeaderboardOrder | None = Field(
        description="The value that ranks the leaderboard; null: no leaderboard.", examples=["fewest_weights"]
    )
    anonymous: bool = Field(description="Whether names are hidden from learners.", examples=[False])
    shown: str | None = Field(
        description="Id of the seat whose network is shown; null: none.", examples=["hqA2n1vT4mNs"]
    )
    seats: list[SeatForProjector] = Field(description="The learners, in the order of joining.")
    ranking: list[ProjectorRank] | None = Field(description="The leaderboard; null: none.")


class NewRoomState(RoomState):
    """A new room. Only this response contains the teacher's key."""

    key: str = Field(
        description="The teacher's key, to be sent in the header `X-Room-Key`.",
        examples=["5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    )
    teacher_url: str = Field(
        description="The teacher's page, with the key in the fragment, which browsers send to no server.",
        examples=["http://localhost:8000/classroom#xK4f0aW9s2Qe.5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    )
