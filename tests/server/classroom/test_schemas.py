from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from server.classroom import schemas


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (schemas.NewRoom, {"name": "a\x00b"}),
        (schemas.NewRoom, {"name": "7b", "lang": "tlh"}),
        (schemas.RoomChange, {"locks": ["nothing"]}),
        (schemas.RoomChange, {"reason": "x" * 201}),
        (schemas.NewStart, {"config": {}, "speed": 0}),
        (schemas.RoomAction, {"action": "dance"}),
        (schemas.RoomAction, {"action": "play", "seats": "all"}),
        (schemas.NewHint, {"text": ""}),
        (schemas.NewHint, {"text": "x" * 1001}),
        (schemas.SeatChange, {"approve": False}),
        (schemas.SeatChange, {"nickname": "\u200b"}),
        (schemas.NewSeat, {"nickname": "Ada"}),
        (schemas.SeatUpdate, {"help": 1}),
    ],
)
def test_invalid_bodies_are_rejected(kind: type[BaseModel], wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(wrong)


def test_names_are_one_line_each() -> None:
    assert schemas.NewRoom(name=" 7b \n and  8c ").name == "7b and 8c"
    assert schemas.NewSeat(code="x", nickname=" Ada  L. ").nickname == "Ada L."
