"""What teachers and learners send."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from server.classroom.model.leaderboard import Order
from server.classroom.model.nicknames import MAX_NICKNAME_LENGTH, normalize_nickname
from server.classroom.model.room import Nicknames
from server.classroom.model.task import check_locks
from server.protocol.strict_model import ConfigChanges, StrictModel, with_example
from server.rest.schemas import Speed

MAX_SEATS = 10_000


def _line(value: str) -> str:
    """Return one line of text without its edges; raises pydantic's `ValidationError` for none."""
    text = " ".join(value.split())
    if not text or any(unicodedata.category(each) == "Cc" for each in text):
        raise PydanticCustomError("line", "{expected}", {"expected": "a line of text"})
    return text


def _nickname(value: str) -> str:
    name = normalize_nickname(value)
    if name is None:
        raise PydanticCustomError(
            "nickname", "{expected}", {"expected": f"1 to {MAX_NICKNAME_LENGTH} characters that can be seen"}
        )
    return name


Line = Annotated[str, Field(max_length=80), AfterValidator(_line)]
Nickname = Annotated[str, Field(max_length=200), AfterValidator(_nickname)]
Seats = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=MAX_SEATS)]


class NewRoom(StrictModel):
    """A room to be opened."""

    name: Line = Field(description="Its name, for learners to see.", examples=["7b"])
    approval: bool = Field(False, description="Whether the teacher lets each learner in.")
    nicknames: Nicknames = Field("own", description="own: learners choose theirs; generated: they get one.")
    config: ConfigChanges = Field(
        default_factory=dict,
        description="Where everybody begins, with the defaults for what is left out.",
        examples=[{"dataset": "xor"}],
    )
    lang: Literal["en", "zh-CN"] | None = Field(
        None, description="The language of generated nicknames; null: that of the request.", examples=["en"]
    )

    model_config = with_example({"name": "7b", "config": {"dataset": "xor"}})


class RoomChange(StrictModel):
    """What to change of a room. What is left out stays."""

    name: Line | None = Field(None, description="Its name.", examples=["7b"])
    approval: bool | None = Field(None, description="Whether the teacher lets each in.", examples=[True])
    nicknames: Nicknames | None = Field(None, description="Whether learners choose.", examples=["own"])
    joining: bool | None = Field(None, description="Whether learners can come in.", examples=[False])
    locks: Annotated[list[str], Field(max_length=64)] | None = Field(
        None,
        description="Settings that learners cannot change; besides the settings of a training `speed`, and "
        "`weights`: edits by hand, other weights, other points.",
        examples=[["features", "weights"]],
    )
    reason: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="Why they are locked.", examples=["We compare only sizes."]
    )
    leaderboard: Order | None = Field(
        None, description="What the leaderboard goes by; null: there is none.", examples=["fewest_weights"]
    )
    anonymous: bool | None = Field(None, description="Whether learners see no names.", examples=[True])
    shown: Annotated[str, Field(max_length=64)] | None = Field(
        None, description="The seat whose network everybody is shown; null: none.", examples=[None]
    )

    model_config = with_example({"locks": ["features"], "reason": "We compare only sizes."})

    @field_validator("locks")
    @classmethod
    def _lockable(cls, value: list[str] | None) -> list[str] | None:
        return None if value is None else check_locks(value)


class NewStart(StrictModel):
    """Where everybody begins."""

    config: ConfigChanges = Field(
        description="The settings, with the defaults for what is left out.",
        examples=[{"dataset": "spiral", "hidden_layers": [8, 8]}],
    )
    speed: Speed | None = Field(60.0, description="Epochs a second; null: as many as can be had.")
    apply: Literal["all", "new"] = Field(
        "all", description="all: everybody goes there now; new: those who come later, and after a reset."
    )

    model_config = with_example({"config": {"dataset": "spiral", "hidden_layers": [8, 8]}, "apply": "all"})


class RoomAction(StrictModel):
    """What everybody is to do, or some."""

    action: Literal["pause", "resume", "play", "reset"] = Field(
        description="pause: nothing trains; resume: it goes on; play: all train from now on; reset: back to "
        "the start.",
        examples=["pause"],
    )
    seats: Seats | None = Field(None, description="Whom it is for; null: everybody.", examples=[None])

    model_config = with_example({"action": "pause"})


class NewHint(StrictModel):
    """A hint."""

    text: str = Field(
        min_length=1, max_length=1000, description="The words.", examples=["Try another activation."]
    )
    seats: Seats | None = Field(None, description="Whom it is for; null: everybody.", examples=[None])

    model_config = with_example({"text": "Try another activation."})


class SeatChange(StrictModel):
    """What a teacher changes of a seat."""

    approve: Literal[True] | None = Field(None, description="Lets the learner in.", examples=[True])
    nickname: Nickname | None = Field(None, description="Another nickname.", examples=["Ada"])
    help: Literal[False] | None = Field(
        None, description="Takes note that help was wanted: the learner need not ask on.", examples=[False]
    )
    ask: bool | None = Field(
        None, description="Asks the learner to let the teacher change something, or no more.", examples=[True]
    )

    model_config = with_example({"ask": True})


class Changes(StrictModel):
    """Settings that a teacher changes for a learner."""

    changes: ConfigChanges = Field(description="The settings.", examples=[{"learning_rate": 0.1}])

    model_config = with_example({"changes": {"learning_rate": 0.1}})


class NewSeat(StrictModel):
    """Who wants to come in."""

    code: str = Field(
        max_length=64, description="The room's code, in any case, with or without spaces.",
        examples=["ABC DEF"],
    )  # fmt: skip
    nickname: Nickname | None = Field(
        None, description="1 to 24 characters; left out, one is given.", examples=["Ada"]
    )

    model_config = with_example({"code": "ABC DEF", "nickname": "Ada"})


class SeatUpdate(StrictModel):
    """What a learner says."""

    help: bool | None = Field(None, description="Whether help is wanted.", examples=[True])
    done: bool | None = Field(None, description="Whether they are done.", examples=[True])
    agreed: bool | None = Field(
        None, description="Whether the teacher may change something.", examples=[True]
    )
    hint_seen: Literal[True] | None = Field(None, description="The hint was read.", examples=[True])

    model_config = with_example({"help": True})
