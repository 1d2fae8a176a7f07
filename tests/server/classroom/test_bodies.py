from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from server.classroom import bodies


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (bodies.NewRoom, {"name": "a\x00b"}),
        (bodies.NewRoom, {"name": "7b", "lang": "tlh"}),
        (bodies.RoomChange, {"locks": ["nothing"]}),
        (bodies.RoomChange, {"reason": "x" * 201}),
        (bodies.NewStart, {"config": {}, "speed": 0}),
        (bodies.Deed, {"action": "dance"}),
        (bodies.Deed, {"action": "play", "seats": "all"}),
        (bodies.NewHint, {"text": ""}),
        (bodies.NewHint, {"text": "x" * 1001}),
        (bodies.SeatChange, {"approve": False}),
        (bodies.SeatChange, {"nickname": "\u200b"}),
        (bodies.NewSeat, {"nickname": "Ada"}),
        (bodies.OwnChange, {"help": 1}),
    ],
)
def test_what_is_wrong_is_refused(kind: type[BaseModel], wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(wrong)


def test_names_are_one_line_each() -> None:
    assert bodies.NewRoom(name=" 7b \n and  8c ").name == "7b and 8c"
    assert bodies.NewSeat(code="x", nickname=" Ada  L. ").nickname == "Ada L."
