"""Schemas of the request bodies that teachers and learners send."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from engine.setting_types import without_default
from server.classroom.model.languages import Language
from server.classroom.model.leaderboard import LeaderboardOrder
from server.classroom.model.nicknames import MAX_NICKNAME_LENGTH, normalize_nickname
from server.classroom.model.room import NicknameMode
from server.classroom.model.task import check_locks
from server.protocol.strict_model import ConfigChanges, StrictModel, with_example
from server.rest.schemas import Speed

MAX_SEATS = 10_000


def _text_line(value: str) -> str:
    """Return text with single spaces; raise `PydanticCustomError` if it is empty or not one line of text."""
    text = " ".join(value.split())
    if not text or any(unicodedata.category(each) == "Cc" for each in text):
        raise PydanticCustomError("line", "{expected}", {"expected": "a line of text"})
    return text


def _nickname(value: str) -> str:
    name = normalize_nickname(value)
    if name is None:
        raise PydanticCustomError(
            "nickname", "{expected}", {"expected": f"1 to {MAX_NICKNAME_LENGTH} visible characters"}
        )
    return name


MAX_ROOM_NAME, MAX_REASON, MAX_HINT = 80, 200, 1000
"""Characters of texts. `static/js/classroom/shared/text-limits.js` has the same; a test compares them."""

TextLine = Annotated[str, Field(max_length=MAX_ROOM_NAME), AfterValidator(_text_line)]
Nickname = Annotated[str, Field(max_length=200), AfterValidator(_nickname)]
SeatIds = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=MAX_SEATS)]


class NewRoom(StrictModel):
    """The settings of a room to open."""

    name: TextLine = Field(description="The room's name, which learners see.", examples=["7b"])
    approval: bool = Field(False, description="Whether learners wait until the teacher approves them.")
    nicknames: NicknameMode = Field(
        "own", description="own: learners choose a nickname; generated: each gets a random one."
    )
    config: ConfigChanges = Field(
        default_factory=dict,
        description="The settings that every learner starts with; those left out take their defaults.",
        examples=[{"dataset": "xor"}],
    )
    lang: Language | None = Field(
        None, description="Language of generated nicknames; null: that of the request.", examples=["en"]
    )

    model_config = with_example({"name": "7b", "config": {"dataset": "xor"}})


class RoomChange(StrictModel):
    """The fields of a room to change. Fields that are left out stay as they are."""

    name: TextLine | None = Field(None, description="The room's name.", examples=["7b"])
    approval: bool | None = Field(None, description="Whether learners wait for approval.", examples=[True])
    nicknames: NicknameMode | None = Field(None, description="own or generated.", examples=["own"])
    joining: bool | None = Field(None, description="Whether new learners can join.", examples=[False])
    locks: Annotated[list[str], Field(max_length=64)] | None = Field(
        None,
        description="Settings that learners cannot change: names of training settings, `speed`, and "
        "`weights`, which locks edits by hand, new initial weights and new points.",
        examples=[["features", "weights"]],
    )
    reason: Annotated[str, Field(max_length=MAX_REASON)] | None = Field(
        None, description="Reason for the locks, shown to learners.", examples=["We compare only sizes."]
    )
    leaderboard: LeaderboardOrder | None = Field(
        None,
        description="The value that ranks the leaderboard; null: no leaderboard.",
        examples=["fewest_weights"],
        json_schema_extra=without_default,
    )
    anonymous: bool | None = Field(
        None, description="Whether names are hidden from learners.", examples=[True]
    )
    shown: Annotated[str, Field(max_length=64)] | None = Field(
        None,
        description="Id of the seat whose network is shown to all learners; null: none.",
        examples=[None],
        json_schema_extra=without_default,
    )

    model_config = with_example({"locks": ["features"], "reason": "We compare only sizes."})

    @field_validator("locks")
    @classmethod
    def _lockable(cls, value: list[str] | None) -> list[str] | None:
        return None if value is None else check_locks(value)


class NewStart(StrictModel):
    """The settings that every learner starts with."""

    config: ConfigChanges = Field(
        description="The settings; those left out take their defaults.",
        examples=[{"dataset": "spiral", "hidden_layers": [8, 8]}],
    )
    speed: Speed | None = Field(60.0, description="Epochs per second; null: as fast as possible.")
    apply: Literal["all", "new"] = Field(
        "all",
        description="all: every session is reset to this start now; new: it applies to learners who join "
        "later, and to the others after a reset.",
    )

    model_config = with_example({"config": {"dataset": "spiral", "hidden_layers": [8, 8]}, "apply": "all"})


class RoomAction(StrictModel):
    """An action on the sessions of all learners, or of some."""

    action: Literal["pause", "resume", "play", "reset"] = Field(
        description="pause: no session trains; resume: the pause ends; play: all start training; reset: all "
        "return to the start.",
        examples=["pause"],
    )
    seats: SeatIds | None = Field(None, description="Ids of the seats; null: all learners.", examples=[None])

    model_config = with_example({"action": "pause"})


class NewHint(StrictModel):
    """A hint for all learners, or for some."""

    text: str = Field(
        min_length=1, max_length=MAX_HINT, description="The text.", examples=["Try another activation."]
    )
    seats: SeatIds | None = Field(None, description="Ids of the seats; null: all learners.", examples=[None])

    model_config = with_example({"text": "Try another activation."})


class SeatChange(StrictModel):
    """A teacher's changes to a seat. Fields that are left out stay as they are."""

    approve: Literal[True] | None = Field(None, description="True approves the learner.", examples=[True])
    nickname: Nickname | None = Field(None, description="The new nickname.", examples=["Ada"])
    help: Literal[False] | None = Field(
        None, description="False clears the learner's request for help.", examples=[False]
    )
    ask: bool | None = Field(
        None,
        description="True asks the learner for permission to change settings; false withdraws the request.",
        examples=[True],
    )

    model_config = with_example({"ask": True})


class Changes(StrictModel):
    """Settings of a learner's session that a teacher changes."""

    changes: ConfigChanges = Field(
        description="New values by the settings' names.", examples=[{"learning_rate": 0.1}]
    )

    model_config = with_example({"changes": {"learning_rate": 0.1}})


class TeacherLogin(StrictModel):
    """A teacher who wants to open or enter rooms."""

    password: str = Field(
        max_length=1000, description="The server's teachers' password.", examples=["chalk and sponge"]
    )

    model_config = with_example({"password": "chalk and sponge"})


class NewSeat(StrictModel):
    """A learner who wants to join a room."""

    code: str = Field(
        max_length=64, description="The room's join code, in upper or lower case, with or without spaces.",
        examples=["ABC DEF"],
    )  # fmt: skip
    nickname: Nickname | None = Field(
        None, description="1 to 24 characters; null: a random one.", examples=["Ada"]
    )

    model_config = with_example({"code": "ABC DEF", "nickname": "Ada"})


class SeatUpdate(StrictModel):
    """A learner's changes to their own seat. Fields that are left out stay as they are."""

    help: bool | None = Field(None, description="Whether the learner asks for help.", examples=[True])
    done: bool | None = Field(None, description="Whether the learner is done.", examples=[True])
    agreed: bool | None = Field(None, description="Whether the teacher may change settings.", examples=[True])
    lesson_finished: Literal[True] | None = Field(
        None,
        description="True reports that the learner finished the lesson that is the task; they are at its "
        "last step. Which checks are reached, the server knows by itself.",
        examples=[None],
    )
    hint_seen: Literal[True] | None = Field(None, description="True removes the hint.", examples=[True])

    model_config = with_example({"help": True})
