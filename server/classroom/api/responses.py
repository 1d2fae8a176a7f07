"""A room as its teacher is told of it, and as each learner is: what one must not see is not there."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, JsonValue

from server.classroom.model.goals import Progress, progress
from server.classroom.model.leaderboard import Order
from server.classroom.model.room import HandIn, Hint, Member, Nicknames, Room, Start
from server.classroom.model.task import Task

_CODE = Field(description="What learners type to come in.", examples=["ABCDEF"])
_AT = "Seconds of Unix time."


class Checking(BaseModel):
    """Fresh runs under way."""

    done: int = Field(description="Those that are done.", examples=[3])
    of: int = Field(description="How many there will be.", examples=[10])


class Checked(BaseModel):
    """Fresh runs that are done."""

    solved: int = Field(description="Those that reached the goal.", examples=[8])
    of: int = Field(description="How many there were.", examples=[10])


class HandInState(BaseModel):
    """A hand-in, and what came of checking it."""

    at: float = Field(description=f"When. {_AT}", examples=[1_760_000_000.0])
    reached: bool = Field(description="Whether the goal is reached, as far as is known.", examples=[True])
    edited: bool = Field(description="Whether weights were set by hand.", examples=[False])
    checking: Checking | None = Field(description="Fresh runs under way; null: none.")
    fresh: Checked | None = Field(description="Fresh runs that are done; null: none.")
    rank: int | None = Field(description="Its rank in the leaderboard, if it has one.", examples=[1])
    weights: int = Field(description="Weights and biases.", examples=[25])
    epoch: int = Field(description="Epochs trained.", examples=[120])
    test_loss: float = Field(description="The test loss.", examples=[0.02])
    url: str | None = Field(
        None, description="The page that shows a copy of that network; only for the teacher.",
        examples=["http://localhost:8000/?session=..."],
    )  # fmt: skip


class Place(BaseModel):
    """A line of the leaderboard, as learners see it."""

    rank: int = Field(description="The rank; equal values share one.", examples=[1])
    nickname: str | None = Field(description="Whose it is; null: not told.", examples=["Ada"])
    mine: bool = Field(description="Whether it is one's own.", examples=[False])
    value: float = Field(description="What counts.", examples=[9])


class Ranked(BaseModel):
    """A line of the leaderboard, as the teacher sees it."""

    rank: int = Field(description="The rank; equal values share one.", examples=[1])
    seat: str = Field(description="Whose it is.", examples=["hqA2n1vT4mNs"])
    nickname: str = Field(description="The nickname.", examples=["Ada"])
    value: float = Field(description="What counts.", examples=[9])


class Shown(BaseModel):
    """The network that everybody is shown."""

    nickname: str | None = Field(description="Whose it is; null in an anonymous room.", examples=["Ada"])
    session_url: str = Field(
        description="The page that shows a copy of it.", examples=["http://localhost:8000/?session=..."]
    )


class RoomForSeat(BaseModel):
    """What a learner is told of the room."""

    name: str = Field(description="Its name.", examples=["7b"])
    code: str = _CODE
    paused: bool = Field(description="Whether nothing trains.", examples=[False])
    locks: list[str] = Field(description="Settings that are locked.", examples=[["features"]])
    reason: str = Field(description="Why, in the teacher's words.", examples=["We compare only sizes."])
    joining: bool = Field(description="Whether others can come in.", examples=[True])
    anonymous: bool = Field(description="Whether names are hidden.", examples=[False])
    shown: Shown | None = Field(description="The network that everybody is shown, if any.")


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
    progress: Progress | None = Field(description="How far they are; null without a goal.")
    hand_in: HandInState | None = Field(description="What they handed in last.")
    leaderboard: list[Place] | None = Field(description="The leaderboard; null: there is none.")


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
    joined: float = Field(description=f"When. {_AT}", examples=[1_760_000_000.0])
    session: str = Field(description="The id of their training.", examples=["GyT7cLq1Yt4kO1fYbT0rVw"])
    idle_since: float = Field(description=f"Since when nothing changed. {_AT}", examples=[1_760_000_000.0])
    shape: list[int] = Field(description="Neurons of each layer; empty: not known.", examples=[[2, 4, 1]])
    weights: int = Field(description="Weights and biases.", examples=[17])
    differs: dict[str, JsonValue] = Field(
        description="Settings that are not those of the start.", examples=[{"learning_rate": 0.1}]
    )
    progress: Progress | None = Field(description="How far they are; null without a goal.")
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
    created: float = Field(description=f"When. {_AT}", examples=[1_760_000_000.0])
    ends: float = Field(
        description=f"When it is removed with all that is in it. {_AT}", examples=[1_760_086_400.0]
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
    ranking: list[Ranked] | None = Field(description="The leaderboard; null: there is none.")


class NewRoomState(RoomState):
    """A room that was just made: only now is the key told."""

    key: str = Field(
        description="The teacher's secret, to be sent as `X-Room-Key`.",
        examples=["5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    )
    teacher_url: str = Field(
        description="The teacher's page, with the secret where servers do not see it.",
        examples=["http://localhost:8000/classroom#xK4f0aW9s2Qe.5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    )


class Addresses(BaseModel):
    """Where pages are found."""

    base: str
    """By whoever asks; no slash at the end."""
    others: str
    """By other machines."""

    def join(self, code: str) -> str:
        """Return where a room's code is taken."""
        return f"{self.others}/join/{code}"

    def session(self, identity: str) -> str:
        """Return the page that shows a training."""
        return f"{self.base}/?session={identity}"

    def classroom(self, room: str, key: str) -> str:
        """Return the teacher's page."""
        return f"{self.base}/classroom#{room}.{key}"


def room_state(room: Room, addresses: Addresses) -> RoomState:
    """Return a room as its teacher sees it."""
    standings = room.standings()
    rank = {member.id: place for place, member, _ in standings}
    fields = room.model_dump(
        exclude={"key_hash", "language", "start", "task", "shown_session", "fresh_seed", "members"}
    )
    return RoomState(
        **fields,
        join_url=addresses.join(room.code),
        start=room.start,
        task=room.task,
        seats=[_seat_for_room(room, each, rank, addresses) for each in room.members.values()],
        ranking=None
        if room.leaderboard is None
        else [
            Ranked(rank=place, seat=member.id, nickname=member.nickname, value=value)
            for place, member, value in standings
        ],
    )


def seat_state(room: Room, member: Member, addresses: Addresses) -> SeatState:
    """Return a seat as its learner sees it."""
    standings = room.standings()
    rank = {each.id: place for place, each, _ in standings}
    return SeatState(
        room=RoomForSeat(
            name=room.name,
            code=room.code,
            paused=room.rules_for(member).paused,
            locks=room.locks,
            reason=room.reason,
            joining=room.joining,
            anonymous=room.anonymous,
            shown=None if member.waiting else _shown(room, addresses),
        ),
        seat=member.id,
        nickname=member.nickname,
        waiting=member.waiting,
        session=member.session,
        help=member.help,
        done=member.done,
        asked=member.asked,
        agreed=member.agreed,
        hint=member.hint,
        task=None if member.waiting else room.task,
        progress=None if member.waiting else progress_of(room, member),
        hand_in=hand_in_state(member, rank),
        leaderboard=None
        if room.leaderboard is None or member.waiting
        else [
            Place(
                rank=place,
                nickname=None if room.anonymous and each is not member else each.nickname,
                mine=each is member,
                value=value,
            )
            for place, each, value in standings
        ],
    )


def progress_of(room: Room, member: Member) -> Progress | None:
    """Return how far a member is with the task's goal."""
    if room.task is None or room.task.goal is None or member.look is None:
        return None
    hand_in = member.hand_in
    return progress(room.task.goal, member.look, solved=None if hand_in is None else hand_in.solved)


def hand_in_state(
    member: Member, rank: Mapping[str, int], addresses: Addresses | None = None
) -> HandInState | None:
    """Return what a member handed in last; with its link, if addresses are given."""
    hand_in = member.hand_in
    if hand_in is None:
        return None
    checking, fresh = _fresh(hand_in)
    return HandInState(
        at=hand_in.at,
        reached=hand_in.reached,
        edited=hand_in.edited,
        checking=checking,
        fresh=fresh,
        rank=rank.get(member.id),
        weights=hand_in.weights,
        epoch=hand_in.epoch,
        test_loss=hand_in.test_loss,
        url=None if addresses is None or not hand_in.session else addresses.session(hand_in.session),
    )


def differs(room: Room, member: Member) -> dict[str, Any]:
    """Return the settings of a member that are not those of the start."""
    if member.look is None:
        return {}
    start = room.start_for(member.id)
    return {
        name: value
        for name, value in member.look.config.model_dump(mode="json").items()
        if value != start.get(name)
    }


def _fresh(hand_in: HandIn) -> tuple[Checking | None, Checked | None]:
    if not hand_in.wanted_runs:
        return None, None
    if hand_in.solved is None:
        return Checking(done=hand_in.done, of=hand_in.wanted_runs), None
    return None, Checked(solved=hand_in.solved, of=hand_in.wanted_runs)


def _shown(room: Room, addresses: Addresses) -> Shown | None:
    member = room.members.get(room.shown or "")
    if member is None or not room.shown_session:
        return None
    return Shown(
        nickname=None if room.anonymous else member.nickname,
        session_url=addresses.session(room.shown_session),
    )


def _seat_for_room(room: Room, member: Member, rank: Mapping[str, int], addresses: Addresses) -> SeatForRoom:
    look = member.look
    return SeatForRoom(
        seat=member.id,
        nickname=member.nickname,
        waiting=member.waiting,
        online=member.online > 0,
        help=member.help,
        done=member.done,
        asked=member.asked,
        agreed=member.agreed,
        paused=member.paused,
        joined=member.joined,
        session=member.session,
        idle_since=member.idle_since,
        shape=[] if look is None else list(look.shape),
        weights=0 if look is None else look.weights,
        differs=differs(room, member),
        progress=progress_of(room, member),
        hand_in=hand_in_state(member, rank, addresses),
    )


Gone = Literal["removed", "ended"]
"""Why a seat is no more."""
