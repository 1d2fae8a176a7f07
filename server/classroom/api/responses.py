"""Schemas of the classroom's responses: rooms for their teachers, seats for their learners."""

from pydantic import BaseModel, Field, JsonValue

from server.classroom.model.goals import GoalProgress
from server.classroom.model.leaderboard import Order
from server.classroom.model.room import Hint, Nicknames, Start
from server.classroom.model.task import Task

_CODE = Field(description="What learners type to come in.", examples=["ABCDEF"])
_UNIX_TIME = "Seconds of Unix time."


class VerificationProgress(BaseModel):
    """Fresh runs of a submission that are under way."""

    done: int = Field(description="Those that are done.", examples=[3])
    of: int = Field(description="How many there will be.", examples=[10])


class VerificationResult(BaseModel):
    """Fresh runs of a submission that are done."""

    solved: int = Field(description="Those that reached the goal.", examples=[8])
    of: int = Field(description="How many there were.", examples=[10])


class HandInState(BaseModel):
    """A submission and the state of its verification."""

    at: float = Field(description=f"When. {_UNIX_TIME}", examples=[1_760_000_000.0])
    reached: bool = Field(description="Whether the goal is reached, as far as is known.", examples=[True])
    edited: bool = Field(description="Whether weights were set by hand.", examples=[False])
    checking: VerificationProgress | None = Field(description="Fresh runs under way; null: none.")
    fresh: VerificationResult | None = Field(description="Fresh runs that are done; null: none.")
    rank: int | None = Field(description="Its rank in the leaderboard, if it has one.", examples=[1])
    weights: int = Field(description="Weights and biases.", examples=[25])
    epoch: int = Field(description="Epochs trained.", examples=[120])
    test_loss: float = Field(description="The test loss.", examples=[0.02])
    url: str | None = Field(
        None, description="The page that shows a copy of that network; only for the teacher.",
        examples=["http://localhost:8000/?session=..."],
    )  # fmt: skip


class LeaderboardEntry(BaseModel):
    """An entry of the leaderboard, as learners see it."""

    rank: int = Field(description="The rank; equal values share one.", examples=[1])
    nickname: str | None = Field(description="Whose it is; null: hidden.", examples=["Ada"])
    mine: bool = Field(description="Whether it is one's own.", examples=[False])
    value: float = Field(description="What counts.", examples=[9])


class RankedSeat(BaseModel):
    """An entry of the leaderboard, as the teacher sees it."""

    rank: int = Field(description="The rank; equal values share one.", examples=[1])
    seat: str = Field(description="Whose it is.", examples=["hqA2n1vT4mNs"])
    nickname: str = Field(description="The nickname.", examples=["Ada"])
    value: float = Field(description="What counts.", examples=[9])


class ShownNetwork(BaseModel):
    """The network that the teacher shows to everybody."""

    nickname: str | None = Field(description="Whose it is; null in an anonymous room.", examples=["Ada"])
    session_url: str = Field(
        description="The page that shows a copy of it.", examples=["http://localhost:8000/?session=..."]
    )


class RoomForSeat(BaseModel):
    """A room, as its learners see it."""

    name: str = Field(description="Its name.", examples=["7b"])
    code: str = _CODE
    paused: bool = Field(description="Whether nothing trains.", examples=[False])
    locks: list[str] = Field(description="Settings that are locked.", examples=[["features"]])
    reason: str = Field(description="Why, in the teacher's words.", examples=["We compare only sizes."])
    joining: bool = Field(description="Whether others can come in.", examples=[True])
    anonymous: bool = Field(description="Whether names are hidden.", examples=[False])
    shown: ShownNetwork | None = Field(description="The network that everybody is shown, if any.")


class SeatState(BaseModel):
    """A seat, as its learner sees it."""

    room: RoomForSeat = Field(description="The room.")
    seat: str = Field(description="The seat's id.", examples=["hqA2n1vT4mNs"])
    nickname: str = Field(description="The learner's nickname.", examples=["Ada"])
    waiting: bool = Field(description="Whether the teacher has still to let them in.", examples=[False])
    session: str = Field(description="The id of their training.", examples=["GyT7cLq1Yt4kO1fYbT0rVw"])
    help: bool = Field(description="Whether they asked for help.", examples=[False])
    done: bool = Field(description="Whether they said that they are done.", examples=[False])
    asked: bool = Field(description="Whether the teacher asks to change something.", examples=[False])
    agreed: bool = Field(description="Whether they agreed to that.", examples=[False])
    hint: Hint | None = Field(description="What the teacher wrote to them.")
    task: Task | None = Field(description="The task.")
    progress: GoalProgress | None = Field(description="How far they are; null without a goal.")
    hand_in: HandInState | None = Field(description="What they handed in last.")
    leaderboard: list[LeaderboardEntry] | None = Field(description="The leaderboard; null: there is none.")


class SeatForRoom(BaseModel):
    """A seat, as the teacher sees it."""

    seat: str = Field(description="The seat's id.", examples=["hqA2n1vT4mNs"])
    nickname: str = Field(description="The learner's nickname.", examples=["Ada"])
    waiting: bool = Field(description="Whether they wait to be let in.", examples=[False])
    online: bool = Field(description="Whether a page of theirs is connected.", examples=[True])
    help: bool = Field(description="Whether they asked for help.", examples=[False])
    done: bool = Field(description="Whether they said that they are done.", examples=[False])
    asked: bool = Field(description="Whether they were asked to let the teacher change something.",
                        examples=[False])  # fmt: skip
    agreed: bool = Field(description="Whether they agreed.", examples=[False])
    paused: bool = Field(description="Whether this one is paused by itself.", examples=[False])
    joined: float = Field(description=f"When. {_UNIX_TIME}", examples=[1_760_000_000.0])
    session: str = Field(description="The id of their training.", examples=["GyT7cLq1Yt4kO1fYbT0rVw"])
    idle_since: float = Field(
        description=f"Since when nothing changed. {_UNIX_TIME}", examples=[1_760_000_000.0]
    )
    shape: list[int] = Field(description="Neurons of each layer; empty: not known.", examples=[[2, 4, 1]])
    weights: int = Field(description="Weights and biases.", examples=[17])
    differs: dict[str, JsonValue] = Field(
        description="Settings that are not those of the start.", examples=[{"learning_rate": 0.1}]
    )
    progress: GoalProgress | None = Field(description="How far they are; null without a goal.")
    hand_in: HandInState | None = Field(description="What they handed in last.")


class RoomState(BaseModel):
    """A room, as its teacher sees it."""

    id: str = Field(description="Names the room in all calls.", examples=["xK4f0aW9s2Qe"])
    name: str = Field(description="Its name.", examples=["7b"])
    code: str = _CODE
    join_url: str = Field(
        description="Where learners come in, at an address that their machines reach.",
        examples=["http://192.168.1.7:8000/join/ABCDEF"],
    )
    created: float = Field(description=f"When. {_UNIX_TIME}", examples=[1_760_000_000.0])
    ends: float = Field(
        description=f"When it is removed with all that is in it. {_UNIX_TIME}", examples=[1_760_086_400.0]
    )
    approval: bool = Field(description="Whether the teacher lets each learner in.", examples=[False])
    nicknames: Nicknames = Field(description="Whether learners choose their own.", examples=["own"])
    joining: bool = Field(description="Whether learners can come in.", examples=[True])
    paused: bool = Field(description="Whether nothing trains.", examples=[False])
    locks: list[str] = Field(description="Settings that are locked.", examples=[["features"]])
    reason: str = Field(description="Why, in the teacher's words.", examples=["We compare only sizes."])
    leaderboard: Order | None = Field(description="What it goes by; null: none.", examples=["fewest_weights"])
    anonymous: bool = Field(description="Whether learners see no names.", examples=[False])
    shown: str | None = Field(description="The seat that everybody is shown.", examples=["hqA2n1vT4mNs"])
    start: Start = Field(description="Where everybody begins: settings and pace.")
    task: Task | None = Field(description="The task.")
    seats: list[SeatForRoom] = Field(description="The learners, in the order in which they came.")
    ranking: list[RankedSeat] | None = Field(description="The leaderboard; null: there is none.")


class NewRoomState(RoomState):
    """A new room. Only this answer contains the key."""

    key: str = Field(
        description="The teacher's secret, to be sent as `X-Room-Key`.",
        examples=["5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    )
    teacher_url: str = Field(
        description="The teacher's page, with the secret where servers do not see it.",
        examples=["http://localhost:8000/classroom#xK4f0aW9s2Qe.5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    )
